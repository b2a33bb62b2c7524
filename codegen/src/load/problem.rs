//! The reason why a reference cannot be resolved, and the remedy.

/// The maximum length of a chain of references; a longer one counts as a mistake.
pub const LONGEST_CHAIN: usize = 32;

/// The reason why a reference cannot be resolved.
#[derive(Clone, Debug)]
pub struct ReferenceProblem {
    /// The fault.
    pub message: String,
    /// The remedy.
    pub help: &'static str,
}

/// A missing place; `place` says in which file.
pub fn no_place(text: &str, pointer: &str, place: &str) -> ReferenceProblem {
    ReferenceProblem {
        message: format!("the reference {text:?} cannot be resolved: there is no {pointer:?} in {place}"),
        help: "correct the reference or its target at the contract's source",
    }
}

/// A missing file.
pub fn no_file(text: &str, name: &str) -> ReferenceProblem {
    ReferenceProblem {
        message: format!("the reference {text:?} cannot be resolved: there is no file {name:?}"),
        help: "fetch the contract again, with all its files",
    }
}

/// An address instead of a file.
pub fn outside(text: &str) -> ReferenceProblem {
    ReferenceProblem {
        message: format!("the reference {text:?} points outside the contract's folder"),
        help: "keep a copy of the file beside the contract and refer to it by a relative path",
    }
}

/// The contract itself, which cannot be a part of itself.
pub fn whole(text: &str) -> ReferenceProblem {
    ReferenceProblem {
        message: format!("the reference {text:?} points to the whole contract"),
        ..no_place(text, "", "")
    }
}

/// References that lead only to each other.
pub fn circle(text: &str) -> ReferenceProblem {
    ReferenceProblem {
        message: format!("the reference {text:?} refers only to itself"),
        help: "give the schema content of its own",
    }
}
