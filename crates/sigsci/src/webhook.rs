//! Notifications of generic webhooks: verifies their signature and reads them.

use crate::Error;
use hmac::{Hmac, KeyInit, Mac};
use lorgnette_runtime::{BTreeMap, DateTime, Secret, Value, codec};
use sha2::Sha256;
use std::fmt;

/// The header of a notification that holds its signature.
pub const SIGNATURE_HEADER: &str = "x-sigsci-signature";

/// The signing key of a generic webhook, as the dashboard shows it.
///
/// Verify each notification before you act on it:
///
/// ```
/// use sigsci::webhook::{Event, SigningKey};
///
/// # fn receive(body: &[u8], signature: Option<&str>) -> Result<(), Box<dyn std::error::Error>> {
/// let key = SigningKey::new("the signing key")?;
/// let notification = key.verify(body, signature.unwrap_or_default())?;
/// if notification.event == Event::Flag {
///     println!("flagged: {:?}", notification.link);
/// }
/// # Ok(())
/// # }
/// # assert!(receive(b"{}", None).is_err());
/// ```
#[derive(Clone)]
pub struct SigningKey {
    mac: Hmac<Sha256>,
}

impl SigningKey {
    /// A signing key.
    ///
    /// # Errors
    ///
    /// When it is empty, or contains whitespace or non-ASCII characters.
    pub fn new(key: impl Into<Secret>) -> Result<Self, Error> {
        let key = key.into().single_word("the signing key")?;
        let mac = Hmac::new_from_slice(key.expose().as_bytes());
        let mac = mac.map_err(|_| Error::credentials("the signing key has a length that HMAC cannot use"))?;
        Ok(Self { mac })
    }

    /// The signing key in the environment variable `SIGSCI_WEBHOOK_KEY`.
    ///
    /// # Errors
    ///
    /// When the variable is not set or empty, and as for [`new`](Self::new).
    pub fn from_env() -> Result<Self, Error> {
        Self::new(Secret::from_env("SIGSCI_WEBHOOK_KEY")?)
    }

    /// Reads a notification, if it is signed with this key. `body` is the request's body, byte for
    /// byte; `signature` is what its header [`SIGNATURE_HEADER`] holds. The comparison takes the
    /// same time wherever the signatures differ.
    ///
    /// A signature proves who wrote a notification, not when: an intercepted notification can be
    /// sent again. If that matters, compare [`Notification::created`] with the clock, or record the
    /// notifications seen.
    ///
    /// # Errors
    ///
    /// When the signature is missing or does not match this body, or when the body is not a
    /// notification.
    pub fn verify(&self, body: &[u8], signature: &str) -> Result<Notification, WebhookError> {
        let signature = hexadecimal(signature.trim()).ok_or(WebhookError(EventKind::Malformed))?;
        let mut mac = self.mac.clone();
        mac.update(body);
        mac.verify_slice(&signature)
            .map_err(|_| WebhookError(EventKind::Forged))?;
        codec::from_json(body).map_err(|error| WebhookError(EventKind::Unreadable(error)))
    }
}

impl fmt::Debug for SigningKey {
    /// Does not show the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}

/// The bytes that 64 hexadecimal digits encode.
fn hexadecimal(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// A notification of a generic webhook.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Notification {
    /// When the notification was created.
    pub created: DateTime,
    /// The subject of the notification.
    pub event: Event,
    /// The details of the event; their form depends on the event.
    pub payload: Value,
    /// The address of the event in the dashboard.
    pub link: Option<String>,
    /// Members that this crate does not know.
    pub others: BTreeMap<String, Value>,
}

lorgnette_runtime::object!(Notification {
    0 created: "created",
    1 event: "type",
    2 payload: "payload",
    3 link: "link",
} rest others);

impl Notification {
    /// The payload as the activity of a corp or site that most events come with.
    ///
    /// # Errors
    ///
    /// When the payload has another form.
    pub fn activity(&self) -> Result<Activity, codec::Error> {
        codec::from_value(&self.payload)
    }
}

/// The subject of a notification.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Event {
    /// An IP address was flagged (`flag`).
    Flag,
    /// An agent raised an alert (`agentAlert`).
    AgentAlert,
    /// Settings of the corp have changed (`corpUpdated`).
    CorpUpdated,
    /// A site was created (`newSite`).
    NewSite,
    /// Single sign-on was enabled (`enableSSO`).
    EnableSso,
    /// A list was created (`listCreated`).
    ListCreated,
    /// A list was deleted (`listDeleted`).
    ListDeleted,
    /// An event that this crate does not know, as written in the notification.
    Unknown(String),
}

lorgnette_runtime::open_enum!(Event {
    Flag = "flag",
    AgentAlert = "agentAlert",
    CorpUpdated = "corpUpdated",
    NewSite = "newSite",
    EnableSso = "enableSSO",
    ListCreated = "listCreated",
    ListDeleted = "listDeleted",
});

/// The payload of most notifications.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Activity {
    /// Its id.
    pub id: Option<String>,
    /// The corp's id.
    pub corp_id: Option<String>,
    /// The site's id.
    pub site_id: Option<String>,
    /// Whether it is about a `corp` or a `site`.
    pub scope: Option<String>,
    /// The name of the corp or site in addresses.
    pub slug: Option<String>,
    /// The name of the corp or site.
    pub name: Option<String>,
    /// The event in words.
    pub description: Option<String>,
    /// The e-mail address of the user who caused it.
    pub created_by: Option<String>,
    /// The id of that user.
    pub created_by_id: Option<String>,
    /// When it happened.
    pub created: Option<DateTime>,
    /// When it last changed.
    pub updated: Option<DateTime>,
    /// The id of the subject.
    pub resource_id: Option<String>,
    /// Members that this crate does not know.
    pub others: BTreeMap<String, Value>,
}

lorgnette_runtime::object!(Activity {
    0 id: "ID",
    1 corp_id: "CorpID",
    2 site_id: "SiteID",
    3 scope: "Scope",
    4 slug: "Slug",
    5 name: "Name",
    6 description: "Description",
    7 created_by: "CreatedBy",
    8 created_by_id: "CreatedByID",
    9 created: "Created",
    10 updated: "Updated",
    11 resource_id: "ResourceID",
} rest others);

/// The reason why a notification is rejected.
#[derive(Debug)]
pub struct WebhookError(EventKind);

#[derive(Debug)]
enum EventKind {
    Malformed,
    Forged,
    Unreadable(codec::Error),
}

impl WebhookError {
    /// Whether the signature is missing or does not match this body and key. In this case, respond
    /// with 401, and do nothing else. If all notifications fail, the key was rotated, or an
    /// intermediary changes bodies.
    pub fn is_signature(&self) -> bool {
        !matches!(self.0, EventKind::Unreadable(_))
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            EventKind::Malformed => f.write_str(
                "the signature is missing or malformed; expected the 64 hexadecimal digits of `X-SigSci-Signature`",
            ),
            EventKind::Forged => f.write_str("the signature is not that of this body and signing key"),
            EventKind::Unreadable(error) => write!(f, "the body is not a notification: {error}"),
        }
    }
}

impl std::error::Error for WebhookError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            EventKind::Unreadable(error) => Some(error),
            EventKind::Malformed | EventKind::Forged => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::fmt::Write;

    const KEY: &str = "c4nary-s3cret";
    const BODY: &str = r#"{"created": "2024-02-09T21:08:21.31644377Z", "type": "flag", "payload": {"ID": "a", "SiteID": "s",
        "Scope": "site", "Created": "2024-02-09T21:08:21.3Z", "New": [1]}, "link": "https://dashboard.example/x"}"#;

    fn key() -> SigningKey {
        SigningKey::new(KEY).unwrap()
    }

    fn signature(key: &SigningKey, body: &[u8]) -> String {
        let mut mac = key.mac.clone();
        mac.update(body);
        let mut text = String::new();
        for byte in mac.finalize().into_bytes() {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    #[test]
    fn test_signature_is_the_hmac_of_rfc_4231() {
        // Test case 2 of RFC 4231.
        let key = SigningKey::new("Jefe").unwrap();
        let body = b"what do ya want for nothing?";
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature(&key, body), expected);
        // The body is signed, but not a notification.
        let error = key.verify(body, expected).unwrap_err();
        assert!(
            !error.is_signature() && error.to_string().contains("not a notification"),
            "{error}"
        );
    }

    #[test]
    fn test_nothing_that_is_read_shows_the_key() {
        let signature = signature(&key(), BODY.as_bytes());
        let notification: Notification = key().verify(BODY.as_bytes(), &signature).unwrap();
        let activity: Activity = notification.activity().unwrap();
        let error: WebhookError = key().verify(BODY.as_bytes(), KEY).unwrap_err();
        let shown = format!("{notification:?}{activity:?}{error:?}{error}");
        assert!(!shown.contains(KEY), "{shown}");
    }

    #[test]
    fn test_notification_that_is_signed_is_read() {
        let signature = signature(&key(), BODY.as_bytes());
        for signature in [
            signature.clone(),
            signature.to_uppercase(),
            format!(" {signature}\n"),
        ] {
            let notification = key().verify(BODY.as_bytes(), &signature).unwrap();
            assert_eq!(notification.event, Event::Flag);
            assert_eq!(notification.created.timestamp(), 1_707_512_901);
            assert_eq!(notification.link.as_deref(), Some("https://dashboard.example/x"));
            let activity = notification.activity().unwrap();
            assert_eq!(
                (
                    activity.id.as_deref(),
                    activity.site_id.as_deref(),
                    activity.scope.as_deref()
                ),
                (Some("a"), Some("s"), Some("site"))
            );
            assert!(activity.others.contains_key("New"));
        }
    }

    #[test]
    fn test_notification_that_is_not_signed_is_refused() {
        let right = signature(&key(), BODY.as_bytes());
        let flipped = format!(
            "{}{}",
            if right.starts_with('0') { "1" } else { "0" },
            &right[1..]
        );
        let other = signature(&SigningKey::new("other").unwrap(), BODY.as_bytes());
        let long = format!("{right}00");
        for wrong in [
            "",
            "00",
            &right[..63],
            &flipped,
            &other,
            &long,
            &"g".repeat(64),
            &"é".repeat(32),
        ] {
            let error = key().verify(BODY.as_bytes(), wrong).unwrap_err();
            assert!(error.is_signature(), "{wrong}");
            assert!(!format!("{error} {error:?}").contains(KEY));
        }
        // One more byte makes a different body.
        let body = format!("{BODY} ");
        assert!(key().verify(body.as_bytes(), &right).unwrap_err().is_signature());
    }

    #[test]
    fn test_event_that_nobody_knows_yet_is_kept() {
        let body = BODY
            .replace("\"flag\"", "\"brandNew\"")
            .replace("{\"ID\"", "{\"id\"");
        let signature = signature(&key(), body.as_bytes());
        let notification = key().verify(body.as_bytes(), &signature).unwrap();
        assert_eq!(notification.event, Event::Unknown("brandNew".to_owned()));
    }

    #[test]
    fn test_signing_key_is_not_shown_and_never_empty() {
        assert!(!format!("{:?}", key()).contains(KEY));
        for wrong in ["", " ", "a b"] {
            assert!(SigningKey::new(wrong).is_err(), "{wrong:?}");
        }
    }
}
