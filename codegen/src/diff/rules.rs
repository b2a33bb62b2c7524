//! Where a breaking change is decided: the kinds of changes, each with its meaning for callers.
//!
//! Every rule has a fixture in `tests/fixtures/diff`, and its verdict is compared with those of
//! tools that read the generated crates: see `tests/fixtures/diff/verdicts.toml`.

use serde::Serialize;
use std::fmt;

/// The version step that a change requires under semantic versioning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// No step: nothing changed.
    #[default]
    None,
    /// Patch: callers see no difference in the code that they can write.
    Patch,
    /// Minor: callers can write more than before.
    Minor,
    /// Major: a breaking change, after which callers may have to change their programs.
    Major,
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// Declares the rules: variant, name, step, reason.
macro_rules! rules {
    ($($rule:ident $name:literal $step:ident $why:literal;)*) => {
        /// A kind of change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $why] $rule,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Rule] = &[$(Rule::$rule),*];

            /// The rule's name, for instance `field-removed`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$rule => $name,)* }
            }

            /// The version step that such a change requires.
            pub fn step(self) -> Bump {
                match self { $(Self::$rule => Bump::$step,)* }
            }

            /// The reason why it is breaking or not.
            pub fn why(self) -> &'static str {
                match self { $(Self::$rule => $why,)* }
            }
        }
    };
}

rules! {
    ContractVersionChanged "contract-version-changed" Patch "The crate's version says which contract it was made from.";
    ContractFormatChanged "contract-format-changed" Patch "The contract is read by the rules of another format; the resulting changes are listed separately.";
    ContractReworded "contract-reworded" Patch "Documentation, limits or examples differ; callers' code is unaffected.";
    BaseUrlAdded "base-url-added" Minor "The client has a new constant.";
    BaseUrlRemoved "base-url-removed" Major "The client's constant is gone.";
    BaseUrlChanged "base-url-changed" Patch "The constant holds another address.";
    FeatureAdded "feature-added" Minor "There is one more cargo feature.";
    FeatureRemoved "feature-removed" Major "A program that turns the feature on does not build.";

    OperationAdded "operation-added" Minor "The client has one more method.";
    OperationRemoved "operation-removed" Major "Its method and its builder are gone.";
    OperationRenamed "operation-renamed" Major "The old method is gone.";
    OperationMoved "operation-moved" Major "Its builder is in another module, behind another feature, or has another name.";
    OperationArgumentsChanged "operation-arguments-changed" Major "Its method takes other arguments, or takes them in another order.";
    OperationRequestChanged "operation-request-changed" Patch "The request goes elsewhere, and the call is written as before.";
    OperationServerChanged "operation-server-changed" Patch "The request goes elsewhere, and the call is written as before.";
    OperationDeprecated "operation-deprecated" Minor "The compiler warns of it.";
    OperationUndeprecated "operation-undeprecated" Patch "The compiler's warning is gone.";
    PagingAdded "paging-added" Minor "The builder also returns a stream of items.";
    PagingRemoved "paging-removed" Major "The builder's stream of items is gone.";
    PagingChanged "paging-changed" Major "The stream gives items of another type.";

    SecurityAdded "security-added" Major "A client without credentials is refused.";
    SecurityRemoved "security-removed" Patch "Credentials are no longer needed; sending some does no harm.";
    SecurityAlternativeAdded "security-alternative-added" Minor "There is one more way to authenticate.";
    SecurityAlternativeRemoved "security-alternative-removed" Major "A client that authenticates this way is refused.";
    SecurityBecameRequired "security-became-required" Major "A client without credentials is refused.";
    SecurityBecameOptional "security-became-optional" Patch "Credentials may be left out now; sending some does no harm.";
    SecuritySchemeChanged "security-scheme-changed" Major "A client that authenticates as before is refused.";
    SecurityReordered "security-reordered" Patch "The ways to authenticate are the same, in another order.";

    ParameterAdded "parameter-added" Minor "The builder has one more setter, which may be left out.";
    ParameterAddedRequired "parameter-added-required" Major "A call without it is refused before anything is sent.";
    ParameterRemoved "parameter-removed" Major "Its setter or argument is gone.";
    ParameterRenamed "parameter-renamed" Major "The old setter is gone.";
    ParameterBecameRequired "parameter-became-required" Major "A call without it is refused before anything is sent.";
    ParameterBecameOptional "parameter-became-optional" Minor "It may be left out now.";
    ParameterTypeChanged "parameter-type-changed" Major "Its setter takes another type.";
    ParameterMoved "parameter-moved" Patch "It is sent in another place, and the call is written as before.";
    ParameterWireNameChanged "parameter-wire-name-changed" Patch "It is sent under another name, and its setter is the same.";
    ParameterStyleChanged "parameter-style-changed" Patch "It is written differently on the wire, and its setter is the same.";
    ParameterDeprecated "parameter-deprecated" Minor "The compiler warns of its setter.";
    ParameterUndeprecated "parameter-undeprecated" Patch "The compiler's warning is gone.";

    BodyAdded "body-added" Minor "The builder has one more setter, which may be left out.";
    BodyAddedRequired "body-added-required" Major "A call without a body is refused before anything is sent.";
    BodyRemoved "body-removed" Major "Its setter is gone.";
    BodyBecameRequired "body-became-required" Major "A call without a body is refused before anything is sent.";
    BodyBecameOptional "body-became-optional" Minor "It may be left out now.";
    BodyTypeChanged "body-type-changed" Major "Its setter takes another type.";
    BodyMediaTypeChanged "body-media-type-changed" Patch "It is sent under another media type, and its setter is the same.";
    BodyAlternativeAdded "body-alternative-added" Minor "There is one more way to give the body.";

    SuccessTypeChanged "success-type-changed" Major "The call returns another type.";
    SuccessStatusAdded "success-status-added" Minor "The call returns the same type, which may have one more variant.";
    SuccessStatusRemoved "success-status-removed" Patch "The call returns the same type, and no variant is gone.";
    SuccessVariantRemoved "success-variant-removed" Major "A variant of the response is gone.";
    SuccessVariantChanged "success-variant-changed" Major "A variant of the response holds another type.";
    ErrorStatusAdded "error-status-added" Minor "The declared errors are one type, which may have one more variant.";
    ErrorStatusRemoved "error-status-removed" Major "The declared errors are one type, whose variant may be gone.";
    ErrorTypeChanged "error-type-changed" Major "An error carries another type.";

    TypeAdded "type-added" Minor "There is one more type.";
    TypeRemoved "type-removed" Major "The type is gone.";
    TypeKindChanged "type-kind-changed" Major "A struct, an enum and a union are used in different ways.";
    TypeDeprecated "type-deprecated" Minor "The compiler warns of it.";
    TypeUndeprecated "type-undeprecated" Patch "The compiler's warning is gone.";
    ConstructorAdded "constructor-added" Minor "The type is sent now, so it can be built field by field.";
    ConstructorRemoved "constructor-removed" Major "The type is no longer sent, so its constructor is gone.";

    FieldAdded "field-added" Minor "The struct has one more field; programs cannot list them all.";
    FieldAddedRequired "field-added-required" Major "The type cannot be built without it: its constructor takes one more argument.";
    FieldRemoved "field-removed" Major "The field is gone.";
    FieldRenamed "field-renamed" Major "The old field is gone.";
    FieldTypeChanged "field-type-changed" Major "The field holds another type.";
    FieldBecameOptional "field-became-optional" Major "The field is an `Option` now.";
    FieldBecameRequired "field-became-required" Major "The field is no longer an `Option`, or the constructor takes one more argument.";
    FieldPresenceChanged "field-presence-changed" Patch "It is now optional or now required, and the field's type allows for both.";
    FieldWireNameChanged "field-wire-name-changed" Patch "It has another name on the wire, and the field is the same.";
    FieldDeprecated "field-deprecated" Minor "The compiler warns of it.";
    FieldUndeprecated "field-undeprecated" Patch "The compiler's warning is gone.";
    FieldsReordered "fields-reordered" Major "The constructor takes its arguments in another order, which the compiler may not notice.";
    RestAdded "rest-added" Minor "The struct has one more field, which keeps members that the contract does not name.";
    RestRemoved "rest-removed" Major "The field that keeps other members is gone.";
    RestTypeChanged "rest-type-changed" Major "The field that keeps other members holds another type.";

    EnumValueAdded "enum-value-added" Minor "Enums are open: programs have an arm for values that they do not know.";
    EnumValueRemoved "enum-value-removed" Major "Its variant is gone.";
    EnumVariantRenamed "enum-variant-renamed" Major "The old variant is gone.";
    EnumValueChanged "enum-value-changed" Patch "The variant has another value on the wire.";
    EnumTypeChanged "enum-type-changed" Major "Unknown values are of another type.";

    UnionBranchAdded "union-branch-added" Minor "Unions are open: programs have an arm for what they do not know.";
    UnionBranchRemoved "union-branch-removed" Major "Its variant is gone.";
    UnionBranchTypeChanged "union-branch-type-changed" Major "The variant holds another type.";
    UnionTagChanged "union-tag-changed" Patch "The branches are distinguished in another way on the wire; the enum is the same.";
}
