//! Checks the examples in the documentation of operations: they compile, since this file does, and
//! a test checks that every operation has one.

#![allow(
    clippy::default_trait_access,
    clippy::needless_borrows_for_generic_args,
    dead_code,
    deprecated,
    unused_imports,
    unused_must_use
)]

include!(concat!(env!("OUT_DIR"), "/examples.rs"));

#[test]
fn test_every_operation_has_an_example() {
    assert!(!COUNTS.is_empty());
    for (name, methods, examples) in COUNTS {
        assert!(*methods > 0, "{name}");
        assert_eq!(methods, examples, "{name}");
    }
}
