//! The current position of a walk through a file, without building a text for every node.
//!
//! Pointers are needed only for errors and inserted nodes, but a walk visits hundreds of thousands
//! of nodes.

use crate::document::child;

/// The path from the start of a walk to a node.
#[derive(Clone, Copy)]
pub struct Trail<'t> {
    step: TrailStep<'t>,
    depth: usize,
}

#[derive(Clone, Copy)]
enum TrailStep<'t> {
    Start(TrailStart<'t>),
    Key(&'t Trail<'t>, &'t str),
    Index(&'t Trail<'t>, usize),
}

/// The start of a walk.
#[derive(Clone, Copy)]
pub struct TrailStart<'t> {
    /// The file being walked.
    pub file: usize,
    /// The place in that file.
    pub pointer: &'t str,
    /// The owner of the walked part: the thing of this number, or the entry file itself.
    pub container: Option<usize>,
    /// The place in that container.
    pub inside: &'t str,
}

impl<'t> Trail<'t> {
    /// The trail of a walk that begins at `start`, `depth` levels below the outermost node.
    pub fn new(start: TrailStart<'t>, depth: usize) -> Self {
        Self {
            step: TrailStep::Start(start),
            depth,
        }
    }

    /// The trail of the member `key`.
    pub fn key<'c>(&'c self, key: &'c str) -> Trail<'c> {
        Trail {
            step: TrailStep::Key(self, key),
            depth: self.depth + 1,
        }
    }

    /// The trail of the item `index`.
    pub fn index(&self, index: usize) -> Trail<'_> {
        Trail {
            step: TrailStep::Index(self, index),
            depth: self.depth + 1,
        }
    }

    /// How many levels the node is below the outermost one.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The start of the walk.
    pub fn start(&self) -> TrailStart<'t> {
        let mut trail = self;
        loop {
            match trail.step {
                TrailStep::Start(start) => return start,
                TrailStep::Key(parent, _) | TrailStep::Index(parent, _) => trail = parent,
            }
        }
    }

    /// The node's location in the file being walked.
    pub fn pointer(&self) -> String {
        self.render(|start| start.pointer)
    }

    /// The node's location in the container.
    pub fn inside(&self) -> String {
        self.render(|start| start.inside)
    }

    fn render(&self, base: impl Fn(&TrailStart<'t>) -> &'t str + Copy) -> String {
        match &self.step {
            TrailStep::Start(start) => base(start).to_owned(),
            TrailStep::Key(parent, key) => child(&parent.render(base), key),
            TrailStep::Index(parent, index) => child(&parent.render(base), &index.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_pointer_and_place_differ_by_their_beginnings() {
        let start = TrailStart {
            file: 3,
            pointer: "/A",
            container: None,
            inside: "/paths/~1a",
        };
        let trail = Trail::new(start, 2);
        let (get, list) = (trail.key("get"), "a/b");
        let list = get.key(list);
        let item = list.index(4);
        assert_eq!(item.pointer(), "/A/get/a~1b/4");
        assert_eq!(item.inside(), "/paths/~1a/get/a~1b/4");
        assert_eq!((item.start().file, item.depth()), (3, 5));
    }
}
