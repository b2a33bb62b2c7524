//! Credentials in environment variables.

use crate::Error;
use lorgnette_runtime::Secret;

/// The value of a variable, without space around it.
pub(crate) fn read(name: &str) -> Result<Secret, Error> {
    match std::env::var(name) {
        Ok(value) if value.trim().is_empty() => Err(Error::credentials(format!("{name} is empty"))),
        Ok(value) => Ok(Secret::new(value.trim())),
        Err(std::env::VarError::NotPresent) => Err(Error::credentials(format!("{name} is not set"))),
        Err(std::env::VarError::NotUnicode(_)) => Err(Error::credentials(format!("{name} is no text"))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn test_variable_that_is_unusable_is_named() {
        // Variables of the test's own process cannot be set without `unsafe`: cargo sets these.
        assert_eq!(read("CARGO_PKG_NAME").unwrap().expose(), "vxg");
        let read = |name| read(name).unwrap_err().to_string();
        assert_eq!(read("CARGO_PKG_HOMEPAGE"), "CARGO_PKG_HOMEPAGE is empty");
        assert_eq!(read("VXG_NO_SUCH_VARIABLE"), "VXG_NO_SUCH_VARIABLE is not set");
    }
}
