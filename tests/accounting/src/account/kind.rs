//! The kinds of findings.

use std::fmt;

macro_rules! kinds {
    ($($name:ident $label:literal [$($word:literal)*] $docs:literal,)*) => {
        /// The part of a contract that is lost.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum FindingKind { $(#[doc = $docs] $name,)* }

        impl FindingKind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// A short name, for tables.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// Words at least one of which a note on a loss of this kind contains.
            pub(super) fn words(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($word),*],)* }
            }
        }
    };
}

kinds! {
    Operation "operation" ["operation" "method" "path" "dropped"] "An operation.",
    PathQuery "query in a path" ["query" "fragment" "#"] "The literal query of a path's key.",
    Parameter "parameter" ["parameter" "dropped" "header"] "A parameter.",
    ParameterRequired "required parameter" ["required" "parameter"] "That a parameter is required.",
    ParameterStyle "parameter style" ["style" "explode" "sent" "written" "reserved"]
        "How a parameter is written.",
    ParameterContent "parameter content" ["content" "media type"] "The media type of a parameter.",
    BodyRequired "required body" ["body" "required"] "That a body is required.",
    RequestMedia "request media type" ["media type" "content" "form"] "A media type of a request.",
    RequestAlias "request media type, another name of JSON" ["media type"]
        "A media type of a request that is another name of JSON.",
    Response "response" ["status" "response" "success" "error"] "The response of a status.",
    ResponseMedia "response media type" ["media type" "content"] "A media type of a response.",
    ResponseAlias "response media type, another name of JSON" ["media type"]
        "A further JSON media type of a response, with the same schema.",
    UntypedBody "body handed over as it is" ["media type" "as it comes" "text" "bytes"]
        "A body with members that is text or bytes for the caller.",
    ResponseHeader "response header" ["header"] "A header of a response.",
    Encoding "encoding of a form field" ["encoding" "field" "part" "form"] "How a field is written.",
    NullBody "null as a request body" ["null"] "That a request body may be null.",
    NullResponse "null as a response" ["null"] "That a response may be null.",
    NullMember "null of a member" ["null"] "That a member may be null.",
    NullItem "null of an item" ["null"] "That an item of a list may be null.",
    NullValue "null of a map's value" ["null"] "That a value of a map may be null.",
    NullAsEmpty "null read as empty" ["null" "empty"] "Null that is told from an empty list or map.",
    ThreeStates "null told from absent" ["null" "absent"] "Null told from absent in a request.",
    Member "member" ["member" "propert" "field" "parts" "any json value" "any value"] "A member.",
    MemberRequired "required member" ["required" "optional"] "That a member is required.",
    MemberOptional "optional member" ["required" "optional"] "That a member is optional.",
    ReadOnly "read-only member" ["read-only" "readonly"] "That a member is read-only.",
    WriteOnly "write-only member" ["write-only" "writeonly"] "That a member is write-only.",
    Additional "additional properties" ["additional" "members" "any json value"]
        "Additional properties.",
    Pattern "pattern properties" ["pattern" "additional" "members"] "Pattern properties.",
    EnumValue "enum value" ["enum" "value"] "A value of an enum.",
    Branch "union branch" ["union" "branch" "choice" "alternative" "any json value" "any value"]
        "A branch of a union.",
    Tag "union tag" ["tag" "discriminator" "mapping"] "A value of a discriminator.",
    Base "discriminated base" ["base" "discriminator"] "A discriminated base as such.",
    Type "type" ["type" "any json value" "any value" "schema" "array" "items"] "The type of a value.",
    Untyped "type, any value instead" ["type" "any json value" "any value" "schema"]
        "The type of a place that takes any value.",
    Format "format with a Rust type" ["format"] "A format that has a Rust type.",
    Tuple "tuple" ["tuple" "item" "prefixitems"] "The item at a position of a list.",
    Condition "member under a condition" ["condition" "depend" "if" "member"]
        "A member that is declared under a condition.",
    Default "default" ["default"] "A default.",
    Server "server" ["server" "address" "base"] "A server of the contract.",
    OperationServer "server of an operation" ["server" "address"] "A server of an operation or path.",
    Security "security alternative" ["security" "credential" "scheme"]
        "An alternative of credentials.",
    Webhook "webhook" ["webhook"] "A webhook.",
    Callback "callback" ["callback"] "A callback.",
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
