//! Tests of certificates: faults that are found before a connection is made. Other tests send
//! certificates to a server.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{Client, ClientBuilder};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};

/// A certificate that ends in this year, and its key.
fn certificate(until: i32) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["company".to_owned()]).unwrap();
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn client(certificate: &ClientCertificate) -> Result<Client, Error> {
    ClientBuilder::new("https://web.example.com", "example", "1.0.0")
        .http_builder(certificate.http_builder()?)
        .build()
}

/// The lines between the first and the last.
fn inside(pem: &str) -> String {
    let lines: Vec<&str> = pem.lines().collect();
    lines[1..lines.len() - 1].concat()
}

#[test]
fn test_certificate_that_cannot_be_used_is_refused_at_once() {
    let ((good, key), (old, old_key)) = (certificate(2100), certificate(2020));
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIC\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let request = "-----BEGIN CERTIFICATE REQUEST-----\nMIIC\n-----END CERTIFICATE REQUEST-----\n";
    for (certificate, key, reason) in [
        ("", "", "it holds neither a certificate nor a key"),
        (
            "no PEM at all",
            "c4nary-s3cret",
            "it holds neither a certificate nor a key",
        ),
        (&good, "", "comes without its key"),
        (&good, &good, "comes without its key"),
        ("", &key, "there is only a key"),
        (&key, &key, "there is only a key"),
        (&good, &format!("{key}\n{old_key}"), "several keys"),
        (&good, encrypted, "a passphrase"),
        (
            &format!("{good}\n{request}"),
            &key,
            "neither a certificate nor a key",
        ),
        (&old, &old_key, "has expired: it was valid until"),
        (&format!("{good}\n{old}"), &key, "has expired"),
        (&good, &key.replace("-----END", "----END"), "is damaged"),
        (&good, &key.replacen("\nM", "\n!", 1), "is damaged"),
        (
            "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n",
            &key,
            "not an X.509 certificate",
        ),
    ] {
        let error = ClientCertificate::new(certificate, key).unwrap_err();
        assert!(error.to_string().contains(reason), "{error} / {reason}");
        let shown = format!("{error} {error:?}");
        assert!(
            error.is_credentials() && !shown.contains("c4nary") && !shown.contains(&inside(&old_key)),
            "{shown}"
        );
    }
}

#[test]
fn test_both_in_one_pem_are_taken_in_any_order() {
    let (good, key) = certificate(2100);
    for pem in [
        format!("{good}{key}"),
        format!("{key}{good}"),
        format!("a bag\n{good}\n{key}").replace('\n', "\r\n"),
    ] {
        ClientCertificate::from_pem(&pem)
            .unwrap()
            .http_builder()
            .unwrap()
            .build()
            .unwrap();
    }
}

#[test]
fn test_key_of_another_certificate_is_refused_at_once() {
    let ((good, _), (_, key)) = (certificate(2100), certificate(2100));
    let error = ClientCertificate::new(&good, &key).unwrap_err();
    assert!(error.is_credentials(), "{error}");
    assert!(error.to_string().contains("do not belong together"), "{error}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(&inside(&key)), "{shown}");
}

#[test]
fn test_files_that_are_missing_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let (good, key) = certificate(2100);
    let (there, missing) = (
        folder.path().join("company.crt"),
        folder.path().join("company.key"),
    );
    std::fs::write(&there, good).unwrap();
    let error = ClientCertificate::from_files(&there, &missing).unwrap_err();
    assert!(
        error.to_string().contains("company.key cannot be read: "),
        "{error}"
    );
    std::fs::write(&missing, key).unwrap();
    ClientCertificate::from_files(&there, &missing).unwrap();
}

#[test]
fn test_file_of_another_form_than_pem_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (good, key) = (
        folder.path().join("company.crt"),
        folder.path().join("company.p12"),
    );
    std::fs::write(&good, certificate(2100).0).unwrap();
    std::fs::write(&key, [0x30, 0x82, 0xff, 0xfe]).unwrap();
    let error = ClientCertificate::from_files(&good, &key).unwrap_err();
    assert!(error.is_credentials(), "{error}");
    assert!(error.to_string().contains("company.p12 is not PEM"), "{error}");
    assert!(error.to_string().contains("openssl pkcs12"), "{error}");
}

#[test]
fn test_root_that_is_none_is_refused() {
    let (good, key) = certificate(2100);
    let certificate = ClientCertificate::new(&good, &key).unwrap();
    for root in ["", "c4nary-s3cret", &key] {
        let error = certificate.clone().trust_root(root).unwrap_err();
        assert!(error.to_string().contains("root"), "{error}");
    }
    certificate.trust_root(&good).unwrap();
}

#[test]
fn test_debug_shows_no_key() {
    let (good, key) = certificate(2100);
    let certificate = ClientCertificate::new(&good, &key).unwrap();
    let client = client(&certificate).unwrap();
    let shown = format!(
        "{certificate:?} {certificate:#?} {client:?} {:?}",
        certificate.http_builder().unwrap()
    );
    assert!(
        !shown.contains(&inside(&key)) && !shown.contains("PRIVATE"),
        "{shown}"
    );
    assert!(shown.contains("2100"), "{shown}");
}
