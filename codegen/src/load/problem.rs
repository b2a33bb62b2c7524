//! The reason why a reference cannot be resolved, and the remedy.

/// A longer chain of references, each leading to the next, is taken for a mistake.
pub const LONGEST_CHAIN: usize = 32;

/// The reason why a reference cannot be resolved.
#[derive(Clone, Debug)]
pub struct ReferenceProblem {
    /// What is wrong.
    pub message: String,
    /// The remedy.
    pub help: &'static str,
}

/// A place that is not there; `place` says in which file.
pub fn no_place(text: &str, pointer: &str, place: &str) -> ReferenceProblem {
    ReferenceProblem {
        message: format!("the reference {text:?} leads nowhere: there is no {pointer:?} in {place}"),
        help: "correct the reference, or what it leads to, where the contract is made",
    }
}

/// A file that is not there.
pub fn no_file(text: &str, name: &str) -> ReferenceProblem {
    ReferenceProblem {
        message: format!("the reference {text:?} leads nowhere: there is no file {name:?}"),
        help: "fetch the contract again, with all its files",
    }
}

/// An address instead of a file.
pub fn outside(text: &str) -> ReferenceProblem {
    ReferenceProblem {
        message: format!("the reference {text:?} leads out of the contract's folder"),
        help: "keep a copy of the file beside the contract and refer to it by a relative path",
    }
}

/// The contract itself, which is nothing that a part of it could be.
pub fn whole(text: &str) -> ReferenceProblem {
    ReferenceProblem {
        message: format!("the reference {text:?} leads to the whole contract"),
        ..no_place(text, "", "")
    }
}

/// References that lead to each other and to nothing else.
pub fn circle(text: &str) -> ReferenceProblem {
    ReferenceProblem {
        message: format!("the reference {text:?} leads only back to itself"),
        help: "give the schema a content of its own",
    }
}
