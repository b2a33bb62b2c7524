//! Checks what the passes over operations guarantee, and that they guarantee it on the contracts in `specs/`.

#![allow(clippy::unwrap_used)]
