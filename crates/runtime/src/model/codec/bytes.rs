//! Bytes as text in base64.

use super::decoder::Decoder;
use super::error::Result;
use super::wire::{Encoder, Wire};
use crate::model::base64::Base64;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Servers omit the padding, and mix up the alphabets.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BY_STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const FOR_ADDRESSES: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

impl Wire for Base64 {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.text(&STANDARD.encode(self))
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        let bytes = from.parse("bytes in base64", |text| {
            let read = BY_STANDARD.decode(text).or_else(|_| FOR_ADDRESSES.decode(text));
            read.ok().map(Self::from)
        })?;
        from.charge(bytes.len())?;
        Ok(bytes)
    }
    fn empty() -> Option<Self> {
        Some(Self::default())
    }
}

__serde!(Base64);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::codec::{from_json, to_json};

    #[test]
    fn test_bytes_are_read_from_both_alphabets_and_written_in_one() {
        for text in [r#""+/+/YQ==""#, r#""-_-_YQ""#, r#""+/+/YQ""#] {
            let bytes: Base64 = from_json(text.as_bytes()).unwrap();
            assert_eq!(&*bytes, &[0xfb, 0xff, 0xbf, b'a']);
            assert_eq!(to_json(&bytes).unwrap(), br#""+/+/YQ==""#);
        }
        assert!(from_json::<Base64>(br#""no base64""#).is_err());
    }
}
