//! Compares the sizes of generated types with those that the generator computes when it decides
//! what to box.

use crate::APIS;

/// The maximum size of a type, so that values can be read and moved on the stack of any thread.
const MOST: usize = 16 * 1024;

#[test]
fn test_types_take_no_more_than_the_generator_expects() {
    let mut wrong = Vec::new();
    for api in APIS {
        for size in api.sizes {
            if size.bytes > size.expected || size.expected > MOST {
                wrong.push(format!(
                    "{} {}: {} bytes, {} expected",
                    api.name, size.name, size.bytes, size.expected
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
