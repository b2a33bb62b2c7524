//! The surface of a generated crate as data: operations with setters and responses, types with
//! fields, each with its place in the contract.
//!
//! Two states of a contract are compared by their surfaces, and a release records its surface.
//! Types are recorded as text, as callers write them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything that a caller of a generated crate sees, apart from documentation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surface {
    /// Properties of the crate as a whole.
    pub head: Head,
    /// The operations, by the name of their method.
    pub operations: BTreeMap<String, SurfaceOperation>,
    /// Structs, enums and unions, by name.
    pub types: BTreeMap<String, SurfaceType>,
}

/// Properties of a crate as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The contract's own version, `info.version`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contract: String,
    /// The format of the contract: `OpenAPI 3.0`. Older records have none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub format: String,
    /// The SHA-256 of the contract with its overlay, which changes with any change, wording
    /// included.
    pub digest: String,
    /// The address of the vendor's own service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The cargo features, which are the tags.
    #[serde(default)]
    pub features: Vec<String>,
    /// How credentials are given, by the names of the security schemes that operations take. Older
    /// records have none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub schemes: BTreeMap<String, String>,
    /// The JSON pointers of the schemes in the contract; none in the record of a release.
    #[serde(skip)]
    pub schemes_at: BTreeMap<String, String>,
}

/// An operation and its request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurfaceOperation {
    /// Its JSON pointer in the contract.
    pub at: String,
    /// The place of its body; empty if it has no body, or in the record of a release.
    #[serde(skip)]
    pub body_at: String,
    /// The place that declares its credentials; empty in the record of a release.
    #[serde(skip)]
    pub security_at: String,
    /// Its id in the contract. Older records have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its module.
    pub module: String,
    /// Its request, a builder.
    pub builder: String,
    /// The arguments of its method, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// Method and path: `GET /eyes/{id}`.
    pub request: String,
    /// The address that it uses instead of the API's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<SurfaceParameter>,
    /// The ways to give the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bodies: Vec<SurfaceBody>,
    /// Whether a request without body is refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub body_required: bool,
    /// The type of the success.
    pub success: String,
    /// The type of the declared errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The bodies of the declared statuses: `200`, `4XX`, `default`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statuses: BTreeMap<String, Reply>,
    /// The type of an item, if the operation is paged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<String>,
    /// The security schemes, one list for each alternative.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security: Vec<Vec<String>>,
    /// Whether it can also be called without credentials.
    #[serde(default, skip_serializing_if = "is_false")]
    pub security_optional: bool,
    /// Whether it is deprecated.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
}

/// A parameter and its setter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurfaceParameter {
    /// Its JSON pointer in the contract, if it differs from its place in the operation's list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The setter.
    pub setter: String,
    /// The name on the wire.
    pub wire: String,
    /// `path`, `query`, `header` or `cookie`.
    #[serde(rename = "in")]
    pub location: String,
    /// How the value is written, in OpenAPI's terms.
    pub style: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: String,
    /// Whether a request without it is refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// Whether it is deprecated.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
}

/// A way to give a request's body.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurfaceBody {
    /// The setter.
    pub setter: String,
    /// The media type.
    pub media_type: String,
    /// The type of the setter's argument.
    #[serde(rename = "type")]
    pub ty: String,
}

/// The kind of a response with a status.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Whether it counts as an error.
    #[serde(default, skip_serializing_if = "is_false")]
    pub error: bool,
    /// The type of its body.
    #[serde(rename = "type")]
    pub ty: String,
}

/// A generated type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurfaceType {
    /// The JSON pointer of its schema in the contract.
    pub at: String,
    /// Whether a request contains it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sent: bool,
    /// Whether a response contains it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub received: bool,
    /// Whether it is deprecated.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// The kind of the type.
    #[serde(flatten)]
    pub shape: SurfaceShape,
}

/// The kind of a type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SurfaceShape {
    /// A struct.
    Object {
        /// Its fields, in the contract's order.
        fields: Vec<Field>,
        /// The field that holds all other members, and the type of their values.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rest: Option<(String, String)>,
    },
    /// An open enum.
    Enum {
        /// The type of an unknown value.
        wire: String,
        /// Variants with their values on the wire.
        values: Vec<(String, Value)>,
    },
    /// One of several types.
    Union {
        /// The member that determines the branch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tag: Option<String>,
        /// The branches.
        branches: Vec<SurfaceBranch>,
    },
}

impl Default for SurfaceShape {
    fn default() -> Self {
        Self::Object {
            fields: Vec::new(),
            rest: None,
        }
    }
}

/// A field of a struct.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its JSON pointer in the contract, if it is not a property of its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The field.
    pub field: String,
    /// The name on the wire.
    pub wire: String,
    /// The type, `Option` included.
    #[serde(rename = "type")]
    pub ty: String,
    /// Whether a value is required to create the struct.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// Whether it is deprecated.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
}

/// A branch of a union.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurfaceBranch {
    /// The variant.
    pub variant: String,
    /// The type that it holds.
    #[serde(rename = "type")]
    pub ty: String,
    /// The values of the tag that select this branch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_false(flag: &bool) -> bool {
    !flag
}
