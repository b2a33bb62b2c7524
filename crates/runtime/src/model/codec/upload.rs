//! Files, which are parts of multipart forms.

use super::decoder::Decoder;
use super::error::{Error, Result};
use super::wire::{Encoder, Wire};
use crate::model::body::Upload;

/// A member that is a file: it is written to multipart forms only, and never read.
impl Wire for Upload {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        to.upload(self)
    }
    fn decode(_: &mut Decoder<'_>) -> Result<Self> {
        Err(Error::new("a file cannot be part of a JSON document"))
    }
}
