//! A server for tests, typed by operation: expectations use the operation's own builder, and
//! responses its own types.
//!
//! A program that calls an API is tested against this server instead of the vendor's, without
//! network. A test need not contain any path, parameter name or JSON.
//!
//! ```
//! # use lorgnette_runtime as runtime;
//! # #[derive(Clone, Debug, Default, PartialEq)]
//! # pub struct Eye { pub name: Option<String> }
//! # runtime::object!(Eye { 0 name: "name" });
//! # #[derive(Debug)]
//! # pub enum Error404 { NotFound(Eye) }
//! # runtime::statuses!(Error404 { 404 NotFound(Eye) });
//! # runtime::operation!(EYE: "eye" GET "/eyes/{id}", path "id", query "detail");
//! # pub struct GetEye<'client>(runtime::Call<'client>);
//! # runtime::builder!(GetEye: EYE => Eye, Error404);
//! # impl GetEye<'_> {
//! #     pub fn id(mut self, id: i64) -> Self { self.0.set(0, &id); self }
//! #     pub fn detail(mut self, detail: bool) -> Self { self.0.set(1, &detail); self }
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use lorgnette_runtime::mock::Server;
//!
//! let server = Server::start().await?;
//! let eye = Eye { name: Some("lobby".into()) };
//! let seven = server.on::<GetEye>().with(|call| call.id(7)).answer(&eye);
//! server.on::<GetEye>().fail(&Error404::NotFound(Eye::default()));
//!
//! let client: runtime::Client = runtime::ClientBuilder::new(server.url(), "example", "1.0.0").build()?;
//! let answer = GetEye::from(&client).id(7).detail(true).send().await?;
//! assert_eq!(*answer, eye);
//! let error = GetEye::from(&client).id(8).send().await.unwrap_err();
//! assert!(matches!(error.declared(), Some(Error404::NotFound(_))));
//!
//! seven.assert_calls(1);
//! assert_eq!(seven.calls()[0].query("detail").as_deref(), Some("true"));
//! # Ok(())
//! # }
//! ```
//!
//! The server itself is [`wiremock`]'s.

mod cassette;
mod expected;
mod handle;
mod reply;
mod request;
mod server;
mod state;

pub use cassette::{Cassette, Player, Recorder};
pub use handle::Mock;
pub use reply::{Mocked, Reply};
pub use request::Request;
pub use server::{Mockable, On, Server};
