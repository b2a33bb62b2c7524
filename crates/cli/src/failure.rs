//! Failures of commands, as text and as JSON, and their exit statuses.

use crate::terminal;
use lorgnette_runtime::authenticate::AuthError;
use lorgnette_runtime::{BuildError, ClientError, Error, Stage};
use serde_json::{Value, json};
use std::fmt;
use std::io;
use std::process::ExitCode;

/// The exit status of a program that failed, by the kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// A local failure, for instance a file that cannot be written.
    Local = 1,
    /// The command line is invalid.
    Usage = 2,
    /// Credentials are missing, wrong, or do not allow this.
    Credentials = 3,
    /// Not found.
    NotFound = 4,
    /// The server refuses the request for another reason.
    Refused = 5,
    /// The server fails.
    Server = 6,
    /// The server cannot be reached, or does not respond in time.
    Network = 7,
    /// A successful response does not match the contract.
    Unreadable = 8,
}

impl Exit {
    /// Its name in errors that are written as JSON.
    const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Usage => "usage",
            Self::Credentials => "credentials",
            Self::NotFound => "not_found",
            Self::Refused => "refused",
            Self::Server => "server",
            Self::Network => "network",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A failed command.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    message: String,
    call: Option<Box<FailedCall>>,
    /// Whether the reader of the output has closed it, which is not an error.
    is_closed: bool,
}

/// The known details of the failed call.
#[derive(Debug)]
struct FailedCall {
    operation: &'static str,
    status: Option<u16>,
    attempts: u32,
    request_id: Option<String>,
    body: Option<Value>,
}

impl Failure {
    /// A failure with this status and message: one sentence without a full stop, and what to do.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            call: None,
            is_closed: false,
        }
    }

    /// The failure for an invalid command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A local failure.
    pub fn local(message: impl Into<String>) -> Self {
        Self::new(Exit::Local, message)
    }

    /// The failure to write output. A closed pipe is not a failure.
    pub fn output(error: &io::Error) -> Self {
        Self {
            is_closed: error.kind() == io::ErrorKind::BrokenPipe,
            ..Self::local(format!("the output cannot be written: {error}"))
        }
    }

    /// Whether the reader of the output has closed it.
    pub const fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// The exit status for this failure.
    pub const fn exit(&self) -> Exit {
        self.exit
    }

    /// The status that the program ends with.
    pub fn code(&self) -> ExitCode {
        match self.is_closed {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(self.exit as u8),
        }
    }

    /// The failure on one line, for people.
    pub fn line(&self) -> String {
        terminal::line(&self.message)
    }

    /// The failure as JSON, with the server's response.
    pub fn json(&self) -> Value {
        let mut error = json!({"kind": self.exit.name(), "message": self.message});
        if let (Some(call), Some(members)) = (&self.call, error.as_object_mut()) {
            members.insert("operation".to_owned(), call.operation.into());
            members.insert("status".to_owned(), call.status.into());
            members.insert("attempts".to_owned(), call.attempts.into());
            members.insert("request_id".to_owned(), call.request_id.clone().into());
            members.insert("body".to_owned(), call.body.clone().into());
            members.retain(|_, value| !value.is_null());
        }
        json!({ "error": error })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())
    }
}

impl std::error::Error for Failure {}

impl<E> From<Error<E>> for Failure {
    fn from(error: Error<E>) -> Self {
        Self::of_call(&error)
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        match error.call() {
            Some(call) => Self::of_call(call),
            None if error.is_credentials() => Self::new(Exit::Credentials, error.to_string()),
            None => Self::usage(error.to_string()),
        }
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        ClientError::from(error).into()
    }
}

impl Failure {
    fn of_call<E>(error: &Error<E>) -> Self {
        let status = error.status().map(|status| status.as_u16());
        let exit = match (error.stage(), status) {
            (Stage::Build, _) => Exit::Usage,
            (Stage::Authenticate, _) if error.auth_error().is_some_and(AuthError::is_rejected) => {
                Exit::Credentials
            }
            (Stage::Authenticate | Stage::Connect | Stage::Send, _) => Exit::Network,
            (Stage::Status, Some(401 | 403)) => Exit::Credentials,
            (Stage::Status, Some(404 | 410)) => Exit::NotFound,
            (Stage::Status, Some(500..=599)) => Exit::Server,
            (Stage::Status, _) => Exit::Refused,
            (Stage::Decode, _) => Exit::Unreadable,
            _ => Exit::Local,
        };
        let body = error
            .masked_body()
            .filter(|body| body.as_str().is_none_or(|text| !text.is_empty()));
        Self {
            call: Some(Box::new(FailedCall {
                operation: error.operation(),
                status,
                attempts: error.attempts(),
                request_id: error.request_id(),
                body,
            })),
            ..Self::new(exit, error.to_string())
        }
    }
}
