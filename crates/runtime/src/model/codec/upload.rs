//! Files, which are parts of multipart forms.

use super::decoder::Decoder;
use super::error::Result;
use super::wire::{Encoder, Wire};
use crate::model::body::Upload;

/// A file as a member, which is written to multipart forms only. Text in a JSON document is read as
/// the content of a file, so that a form can be made from JSON.
impl Wire for Upload {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.upload(self)
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        Ok(Self::new("file", from.text()?))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Upload;
    use crate::codec::{from_json, to_json};

    #[test]
    fn test_text_is_the_content_of_a_file_and_a_file_is_no_text() {
        let file: Upload = from_json(b"\"id\\n1\"").unwrap();
        assert_eq!(file, Upload::new("file", "id\n1"));
        assert!(from_json::<Upload>(b"1").is_err() && to_json(&file).is_err());
    }
}
