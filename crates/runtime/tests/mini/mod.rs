//! The code that the generator would write for a small contract, written by hand.
#![allow(dead_code, missing_docs)]

use lorgnette_runtime::{
    Body, BuildError, ByteStream, Call, ClientBuilder, EventStream, Nullable, Secret, Text, Upload,
};

#[derive(Clone, Debug)]
pub struct Client {
    inner: lorgnette_runtime::Client,
}

impl Client {
    pub fn new(base_url: &str) -> Result<Self, BuildError> {
        Self::builder(base_url).build()
    }
    pub fn builder(base_url: &str) -> ClientBuilder<Self> {
        ClientBuilder::new(base_url, "mini", "1.0.0")
    }
}

impl From<lorgnette_runtime::Client> for Client {
    fn from(inner: lorgnette_runtime::Client) -> Self {
        Self { inner }
    }
}

impl AsRef<lorgnette_runtime::Client> for Client {
    fn as_ref(&self) -> &lorgnette_runtime::Client {
        &self.inner
    }
}

pub mod types {
    use super::{Nullable, Secret, Upload};

    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct Eye {
        pub id: i64,
        pub name: Option<String>,
        pub key: Option<Secret>,
        pub note: Nullable<String>,
    }
    lorgnette_runtime::object!(Eye { 0 id: "id", 1 name: "name", 2 key: "key", 3 note: "note" });
    impl Eye {
        pub fn new(id: i64) -> Self {
            Self {
                id,
                name: None,
                key: None,
                note: Nullable::Absent,
            }
        }
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct Problem {
        pub message: Option<String>,
        pub code: Option<i64>,
    }
    lorgnette_runtime::object!(Problem { 0 message: "message", 1 code: "code" });

    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct Import {
        pub file: Upload,
        pub comment: Option<String>,
        pub eye: Option<Eye>,
    }
    lorgnette_runtime::object!(Import { 0 file: "file", 1 comment: "comment", 2 eye: "eye" });
    impl Import {
        pub fn new(file: Upload) -> Self {
            Self {
                file,
                comment: None,
                eye: None,
            }
        }
    }
}

pub mod responses {
    use super::types;
    use lorgnette_runtime::ByteStream;

    #[derive(Debug)]
    #[non_exhaustive]
    pub enum Error404Or5Xx {
        NotFound(types::Problem),
        ServerError(u16, types::Problem),
    }
    lorgnette_runtime::statuses!(Error404Or5Xx {
        404 NotFound(types::Problem),
        500..=599 ServerError(u16, types::Problem)
    });

    #[derive(Debug)]
    #[non_exhaustive]
    pub enum CreateEyeResponse {
        Created(types::Eye),
        Accepted(ByteStream),
        NoContent(()),
    }
    lorgnette_runtime::statuses!(CreateEyeResponse {
        201 Created(types::Eye),
        202 Accepted(ByteStream),
        204 NoContent(())
    });
}

/// A builder in the form that the generator writes, with the setters in braces.
macro_rules! made {
    ($builder:ident: $operation:ident => $success:ty $(, $error:ty)? { $($item:item)* }) => {
        #[derive(Debug)]
        #[must_use = "nothing is sent before `send`"]
        pub struct $builder<'client>(Call<'client>);
        lorgnette_runtime::builder!($builder: $operation => $success $(, $error)?);
        impl $builder<'_> {
            $($item)*
        }
    };
}

lorgnette_runtime::operation!(
    GET_EYE: "get-eye" GET "/eyes/{id}/{name}", path "id", path "name", query "bssids".explode(false), query "tag",
    query "organizationId".required(), header "X-Trace"
);
made!(GetEye: GET_EYE => types::Eye, responses::Error404Or5Xx {
    pub fn id(mut self, id: i64) -> Self {
        self.0.set(0, &id);
        self
    }
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.0.set(1, &Into::<String>::into(name));
        self
    }
    pub fn bssids(mut self, bssids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.0.set(2, &bssids.into_iter().map(Into::into).collect::<Vec<String>>());
        self
    }
    pub fn tag(mut self, tag: Vec<i64>) -> Self {
        self.0.set(3, &tag);
        self
    }
    pub fn organization_id(mut self, id: impl Into<String>) -> Self {
        self.0.set(4, &Into::<String>::into(id));
        self
    }
    pub fn x_trace(mut self, trace: impl Into<String>) -> Self {
        self.0.set(5, &Into::<String>::into(trace));
        self
    }
});

lorgnette_runtime::operation!(CREATE_EYE: "create-eye" POST "/eyes"; body_required());
made!(CreateEye: CREATE_EYE => responses::CreateEyeResponse {
    pub fn body(mut self, body: &types::Eye) -> Self {
        self.0.json(body);
        self
    }
});

lorgnette_runtime::operation!(TOUCH: "touch" POST "/touch"; accept("*/*"));
made!(Touch: TOUCH => () {
    pub fn form(mut self, body: &types::Eye) -> Self {
        self.0.form(body);
        self
    }
    pub fn import(mut self, body: types::Import) -> Self {
        self.0.multipart(body);
        self
    }
    pub fn text(mut self, body: impl Into<String>) -> Self {
        self.0.text("text/plain", body.into());
        self
    }
    pub fn raw(mut self, body: impl Into<Body>) -> Self {
        self.0.raw("application/octet-stream", body.into());
        self
    }
});

lorgnette_runtime::operation!(CAPTURE: "capture" GET "/capture"; accept("application/octet-stream"));
made!(Capture: CAPTURE => ByteStream, responses::Error404Or5Xx {});

lorgnette_runtime::operation!(REPORT: "report" GET "/report"; accept("text/plain"));
made!(Report: REPORT => Text {});

lorgnette_runtime::operation!(EVENTS: "events" GET "/events"; accept("text/event-stream"));
made!(Events: EVENTS => EventStream<types::Eye> {});

lorgnette_runtime::operation!(TOKEN: "token" POST "/token"; server("https://console.example.com"));
made!(Token: TOKEN => types::Problem {});

pub trait Operations: AsRef<lorgnette_runtime::Client> {
    fn get_eye(&self) -> GetEye<'_> {
        self.as_ref().into()
    }
    fn create_eye(&self) -> CreateEye<'_> {
        self.as_ref().into()
    }
    fn touch(&self) -> Touch<'_> {
        self.as_ref().into()
    }
    fn capture(&self) -> Capture<'_> {
        self.as_ref().into()
    }
    fn report(&self) -> Report<'_> {
        self.as_ref().into()
    }
    fn events(&self) -> Events<'_> {
        self.as_ref().into()
    }
    fn token(&self) -> Token<'_> {
        self.as_ref().into()
    }
}
impl Operations for Client {}
