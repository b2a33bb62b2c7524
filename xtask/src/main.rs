//! lorgnette maintainer commands.
fn main() {}
