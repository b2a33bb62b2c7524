//! Tests of tokens: what is read from them, and which are rejected.
#![allow(clippy::unwrap_used)]

use super::*;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD as PADDED, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

const CANARY: &str = "c4nary-s3cret";

/// An access token with these additional members.
fn json(members: &str) -> String {
    format!(r#"{{"camid": 17, "token": "share.{CANARY}"{members}}}"#)
}

fn access(members: &str) -> Result<AccessToken, Error> {
    AccessToken::new(PADDED.encode(json(members)))
}

/// The error's text, after a check that nothing that a program could print of it contains the
/// canary.
fn shown<T: fmt::Debug>(outcome: Result<T, Error>) -> String {
    let error = outcome.unwrap_err();
    let shown = format!("{error} {error:?} {error:#?}");
    assert!(!shown.contains("c4nary"), "{shown}");
    error.to_string()
}

#[test]
fn test_token_is_read_in_each_base64() {
    // `?>~` encodes to `/` and `+` in the standard alphabet, and to `_` and `-` in the other.
    for name in ["", "a", "ab", "abc?>~?>~\u{ff}"] {
        let json = json(&format!(
            r#", "cmngrid": 4, "access": "watch", "cam": "{name}", "api": "web.example.com""#
        ));
        for engine in [PADDED, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&json);
            let token = AccessToken::new(format!(" {encoded}\n")).unwrap();
            assert_eq!(token.camera_id(), 17);
            assert_eq!(token.rights(), [Right::Watch]);
            assert_eq!(token.inner_token().expose(), format!("share.{CANARY}"));
            assert_eq!(token.encoded().expose(), encoded);
            let (first, rest) = encoded.split_at(76);
            let in_lines = AccessToken::new(format!("{first}\r\n{rest}\n")).unwrap();
            assert_eq!(in_lines.encoded().expose(), encoded);
        }
    }
}

#[test]
fn test_members_are_taken_in_the_forms_that_were_seen() {
    let token = access(r#", "access": ["all", "ptz"]"#).unwrap();
    assert_eq!(token.rights(), [Right::All, Right::Unknown("ptz".to_owned())]);
    assert!(access("").unwrap().rights().is_empty());
    let text = PADDED.encode(r#"{"camid": "17", "token": "share.x", "path": null, "api_p": null}"#);
    assert_eq!(AccessToken::new(text).unwrap().camera_id(), 17);
}

#[test]
fn test_server_is_the_one_that_the_token_names() {
    for (members, url) in [
        (r#""api": "web.example.com""#, "https://web.example.com/"),
        (
            r#""api": "web.example.com", "api_p": 80, "api_sp": 443"#,
            "https://web.example.com/",
        ),
        (
            r#""api": "web.example.com", "api_sp": 8443, "api_p": 8080"#,
            "https://web.example.com:8443/",
        ),
        (
            r#""api": "web.example.com", "api_sp": "8443""#,
            "https://web.example.com:8443/",
        ),
        (
            r#""api": "web.example.com", "api_sp": 0"#,
            "https://web.example.com/",
        ),
        // The port for http does not imply one for https.
        (
            r#""api": "web.example.com", "api_p": 83"#,
            "https://web.example.com/",
        ),
        (
            r#""api": "relay.example.com", "path": "/site-7/", "api_sp": 444"#,
            "https://relay.example.com:444/site-7",
        ),
        (
            r#""api": "https://relay.example.com/a", "path": "b/c""#,
            "https://relay.example.com/a/b/c",
        ),
    ] {
        let token = access(&format!(", {members}")).unwrap();
        assert_eq!(token.server().unwrap().url().as_str(), url, "{members}");
    }
}

#[test]
fn test_http_is_taken_by_the_switch_only() {
    let http = access(r#", "api": "http://10.0.0.1", "api_p": 83, "api_sp": 84"#).unwrap();
    assert!(shown(http.server()).contains("allow http explicitly"));
    assert!(shown(http.in_query()).contains("allow http explicitly"));
    assert!(shown(crate::Credential::try_from(&http)).contains("allow http explicitly"));
    assert_eq!(
        http.allow_http().server().unwrap().url().as_str(),
        "http://10.0.0.1:83/"
    );
    for (members, url) in [
        (r#""api": "10.0.0.1", "api_p": 83"#, "http://10.0.0.1:83/"),
        (
            r#""api": "10.0.0.1", "api_p": 83, "path": "x""#,
            "http://10.0.0.1:83/x",
        ),
        // https is already set and is kept.
        (
            r#""api": "10.0.0.1", "api_p": 83, "api_sp": 84"#,
            "https://10.0.0.1:84/",
        ),
        (r#""api": "10.0.0.1""#, "https://10.0.0.1/"),
        (r#""api": "https://10.0.0.1", "api_p": 83"#, "https://10.0.0.1/"),
    ] {
        let token = access(&format!(", {members}")).unwrap().allow_http();
        assert_eq!(token.server().unwrap().url().as_str(), url, "{members}");
    }
}

#[test]
fn test_server_of_the_caller_stands_over_that_of_the_token() {
    let token = access(r#", "api": "web.example.com""#).unwrap();
    let token = token.at("10.0.0.1:8443").unwrap();
    assert_eq!(token.server().unwrap().url().as_str(), "https://10.0.0.1:8443/");
    let nowhere = access("").unwrap();
    assert!(shown(nowhere.server()).contains("names no address"));
    let server = ServerAddress::allowing_http("http://10.0.0.1").unwrap();
    assert_eq!(nowhere.at(&server).unwrap().server().unwrap(), server);
}

#[test]
fn test_token_that_is_none_is_refused_without_repeating_it() {
    let encoded = |json: &str| AccessToken::new(PADDED.encode(json));
    for (outcome, reason) in [
        (AccessToken::new(" \n"), "the access token is empty"),
        (AccessToken::new(CANARY), "is not base64"),
        (
            AccessToken::new(format!("Acc {}", PADDED.encode(json("")))),
            "is not base64",
        ),
        (AccessToken::new("v3.c4naryc4nary"), "is not base64"),
        (encoded(CANARY), "is base64, but not of JSON"),
        (encoded(&json("")[..20]), "is base64, but not of JSON"),
        (encoded("[17]"), "of no object"),
        (encoded(r#""c4nary""#), "of no object"),
        (encoded(r#"{"camid": 17, "token": ["c4nary"]}"#), "in `token`"),
        (
            encoded(r#"{"camid": "c4nary", "token": "share.x"}"#),
            "`camid`) that is not a number",
        ),
        (encoded(r#"{"camid": 17}"#), "holds no inner `token`"),
        (encoded(r#"{"camid": 17, "token": ""}"#), "holds no inner `token`"),
        (access(r#", "api": ["c4nary"]"#), "`api`"),
        (access(r#", "path": {"c4nary": 1}"#), "`path`"),
        (access(r#", "api": "a.example", "api_sp": 65536"#), "`api_sp`"),
        (access(r#", "api": "a.example", "api_p": "c4nary""#), "`api_p`"),
    ] {
        let message = shown(outcome);
        assert!(message.contains(reason), "{message} / {reason}");
    }
}

#[test]
fn test_address_in_a_token_is_refused_when_it_is_more_than_a_server() {
    for (members, reason) in [
        (r#""api": "c4nary:pass@web.example.com""#, "user name or password"),
        (
            r#""api": "https://c4nary@web.example.com""#,
            "user name or password",
        ),
        (r#""api": "web.example.com#c4nary""#, "fragment"),
        (r#""api": "web.example.com?c4nary""#, "query"),
        (r#""api": "ftp://c4nary.example.com""#, "scheme other than https"),
        (r#""api": "file:///c4nary""#, "scheme other than https"),
        (r#""api": """#, "empty"),
        (r#""api": "c4nary c4nary""#, "is invalid"),
        (r#""api": "web.example.com\\@c4nary""#, "is invalid"),
        (
            r#""api": "web.example.com", "path": "a#c4nary""#,
            "more than a path",
        ),
        (
            r#""api": "web.example.com", "path": "?c4nary""#,
            "more than a path",
        ),
        (
            r#""api": "web.example.com", "path": "../c4nary""#,
            "more than a path",
        ),
    ] {
        let message = shown(access(&format!(", {members}")));
        assert!(
            message.starts_with("the access token names an address that cannot be used: "),
            "{message}"
        );
        assert!(message.contains(reason), "{message} / {reason}");
    }
}

#[test]
fn test_token_of_the_other_kind_is_refused_by_name() {
    let group = PADDED.encode(format!(
        r#"{{"token": "share.{CANARY}", "api": "web.example.com"}}"#
    ));
    assert!(shown(AccessToken::new(group.clone())).contains("it is a group's token, for `GroupToken`"));
    let channel = PADDED.encode(json(""));
    assert!(shown(GroupToken::new(channel.clone())).contains("it is a channel's token, for `AccessToken`"));
    for token in [group.as_str(), channel.as_str()] {
        assert!(shown(crate::LicenseKey::new(token)).contains("is a channel's or a group's token"));
    }
    let group = GroupToken::new(group).unwrap();
    assert_eq!(group.server().unwrap().url().as_str(), "https://web.example.com/");
}

#[test]
fn test_license_key_that_is_none_is_refused_without_repeating_it() {
    for (key, reason) in [
        ("", "is empty"),
        ("\t", "is empty"),
        ("LKey v3.c4nary", "give only the value"),
        ("c4nary\r\nx-injected: 1", "holds a space"),
    ] {
        let message = shown(crate::LicenseKey::new(key));
        assert!(message.contains(reason), "{message}");
    }
    let key = crate::LicenseKey::new("v3.c4nary").unwrap();
    assert!(shown(key.at("ftp://c4nary")).contains("scheme"));
}

#[test]
fn test_debug_shows_no_secret() {
    let token = access(r#", "access": "all", "api": "web.example.com""#).unwrap();
    let key = crate::LicenseKey::new(CANARY).unwrap();
    let account = key.clone().at("web.example.com").unwrap();
    let credentials = [
        token.in_query().unwrap(),
        (&token).try_into().unwrap(),
        (&account).try_into().unwrap(),
    ];
    let text = format!("{token:?} {token:#?} {key:?} {account:?} {credentials:?} {credentials:#?}");
    assert!(
        !text.contains("c4nary") && !text.contains(token.encoded().expose()),
        "{text}"
    );
    assert!(
        text.contains("camera_id: 17") && text.contains("https://web.example.com/"),
        "{text}"
    );
}

#[cfg(all(feature = "v3", feature = "v5"))]
#[test]
fn test_channels_become_tokens() {
    let (all, watch) = (
        PADDED.encode(json("")),
        PADDED.encode(json(r#", "access": "watch""#)),
    );
    let mut channel = vxg_v3::types::Channel::default();
    assert!(shown(AccessToken::try_from(&channel)).contains("without an access token"));
    let mut tokens = vxg_v3::types::AccessTokens::default();
    tokens.watch = Some(watch.as_str().into());
    channel.access_tokens = Some(tokens.clone());
    assert_eq!(AccessToken::try_from(&channel).unwrap().encoded().expose(), watch);
    tokens.all = Some(all.as_str().into());
    channel.access_tokens = Some(tokens);
    assert_eq!(AccessToken::try_from(&channel).unwrap().encoded().expose(), all);
    let mut channel = vxg_v5::types::Channel::default();
    assert!(shown(AccessToken::try_from(&channel)).contains("without an access token"));
    channel.token = Some(watch.as_str().into());
    assert_eq!(AccessToken::try_from(&channel).unwrap().encoded().expose(), watch);
}
