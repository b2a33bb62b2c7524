//! Reads the tables that generated types pass to the runtime's macros.

use serde_json::Value;
use syn::parse::{Parse, ParseStream, Result};
use syn::{Ident, Lit, LitInt, LitStr, Token, braced};

/// `object!(Name { 0 id: "id" default, ... } rest extra keeps unknown alias { "ID" => 0 })`
pub struct ObjectTable {
    /// The struct.
    pub name: String,
    /// Field, name on the wire and flags, in the order of their indices.
    pub members: Vec<(String, String, Vec<String>)>,
    /// The field that holds additional properties.
    pub rest: Option<String>,
    /// The field for members that the contract does not declare.
    pub keeps: Option<String>,
    /// Further names on the wire.
    pub aliases: Vec<(String, usize)>,
}

impl Parse for ObjectTable {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse::<Ident>()?.to_string();
        let content;
        braced!(content in input);
        let mut members = Vec::new();
        while !content.is_empty() {
            let index: LitInt = content.parse()?;
            if index.base10_parse::<usize>()? != members.len() {
                return Err(syn::Error::new(
                    index.span(),
                    format!("{name}: indices do not count up"),
                ));
            }
            let field = content.parse::<Ident>()?.to_string();
            content.parse::<Token![:]>()?;
            let wire = content.parse::<LitStr>()?.value();
            let mut flags = Vec::new();
            while !content.is_empty() && !content.peek(Token![,]) {
                flags.push(
                    content
                        .call(syn::ext::IdentExt::parse_any)
                        .map(|flag: Ident| flag.to_string())?,
                );
            }
            members.push((field, wire, flags));
            comma(&content)?;
        }
        let (mut rest, mut keeps, mut aliases) = (None, None, Vec::new());
        while !input.is_empty() {
            let clause: Ident = input.parse()?;
            if clause == "rest" {
                rest = Some(input.parse::<Ident>()?.to_string());
            } else if clause == "keeps" {
                keeps = Some(input.parse::<Ident>()?.to_string());
            } else if clause == "alias" {
                let content;
                braced!(content in input);
                while !content.is_empty() {
                    let wire = content.parse::<LitStr>()?.value();
                    content.parse::<Token![=>]>()?;
                    aliases.push((wire, content.parse::<LitInt>()?.base10_parse()?));
                    comma(&content)?;
                }
            } else {
                return Err(syn::Error::new(clause.span(), "an unknown clause"));
            }
        }
        Ok(Self {
            name,
            members,
            rest,
            keeps,
            aliases,
        })
    }
}

/// `open_enum!(Name: i64 { A = 1, ... })`
pub struct EnumTable {
    /// The enum.
    pub name: String,
    /// The type on the wire; `str` if the macro does not name one.
    pub wire: String,
    /// Variants with their values on the wire.
    pub values: Vec<(String, Value)>,
}

impl Parse for EnumTable {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse::<Ident>()?.to_string();
        let wire = if input.parse::<Option<Token![:]>>()?.is_some() {
            input.parse::<Ident>()?.to_string()
        } else {
            "str".into()
        };
        let content;
        braced!(content in input);
        let mut values = Vec::new();
        while !content.is_empty() {
            let variant = content.parse::<Ident>()?.to_string();
            content.parse::<Token![=]>()?;
            values.push((variant, value(&content, &wire)?));
            comma(&content)?;
        }
        Ok(Self { name, wire, values })
    }
}

fn value(input: ParseStream<'_>, wire: &str) -> Result<Value> {
    let negative = input.parse::<Option<Token![-]>>()?.is_some();
    let literal: Lit = input.parse()?;
    let wrong = |text: String| syn::Error::new(literal.span(), text);
    match &literal {
        Lit::Str(text) if wire == "Value" => serde_json::from_str(&text.value())
            .map_err(|error| wrong(format!("no JSON in a mixed enum: {error}"))),
        Lit::Str(text) => Ok(Value::String(text.value())),
        Lit::Bool(flag) => Ok(Value::Bool(flag.value)),
        Lit::Int(number) => {
            let number: i64 = number.base10_parse()?;
            Ok(Value::from(if negative { -number } else { number }))
        }
        Lit::Float(number) => {
            let number: f64 = number.base10_parse()?;
            Ok(Value::from(if negative { -number } else { number }))
        }
        _ => Err(wrong("a value of an unexpected kind".into())),
    }
}

/// `tagged_union!(Name, "type" { A = "a" | "b", ... })` or `untagged_union!(Name { A, B })`
pub struct UnionTable {
    /// The enum.
    pub name: String,
    /// The member that determines the alternative.
    pub tag: Option<String>,
    /// Variants with the values of the tag that select them.
    pub branches: Vec<(String, Vec<String>)>,
}

impl Parse for UnionTable {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse::<Ident>()?.to_string();
        let tag = match input.parse::<Option<Token![,]>>()? {
            Some(_) => Some(input.parse::<LitStr>()?.value()),
            None => None,
        };
        let content;
        braced!(content in input);
        let mut branches = Vec::new();
        while !content.is_empty() {
            let variant = content.parse::<Ident>()?.to_string();
            let mut tags = Vec::new();
            if content.parse::<Option<Token![=]>>()?.is_some() {
                while !content.is_empty() && !content.peek(Token![,]) {
                    tags.push(content.parse::<LitStr>()?.value());
                    content.parse::<Option<Token![|]>>()?;
                }
            }
            branches.push((variant, tags));
            comma(&content)?;
        }
        Ok(Self { name, tag, branches })
    }
}

/// `statuses!(Name { 400 BadRequest(types::E), 500..=599 ServerError(u16, ()), _ Other(u16, Text)
/// })`
pub struct StatusTable {
    /// The enum.
    pub name: String,
    /// The variant, the statuses as written in the contract, and the content of the response.
    pub answers: Vec<(String, String, syn::Type)>,
}

impl Parse for StatusTable {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse::<Ident>()?.to_string();
        let content;
        braced!(content in input);
        let mut answers = Vec::new();
        while !content.is_empty() {
            let status = status(&content)?;
            let variant = content.parse::<Ident>()?.to_string();
            let fields;
            syn::parenthesized!(fields in content);
            let fields = fields.parse_terminated(<syn::Type as Parse>::parse, Token![,])?;
            let wanted = if status.bytes().all(|byte| byte.is_ascii_digit()) {
                1
            } else {
                2
            };
            match fields.into_iter().collect::<Vec<_>>() {
                fields if fields.len() == wanted => {
                    answers.extend(fields.into_iter().next_back().map(|ty| (variant, status, ty)));
                }
                _ => return Err(content.error(format!("{name}: {variant} holds too much or too little"))),
            }
            comma(&content)?;
        }
        Ok(Self { name, answers })
    }
}

/// `operation!(NAME: "id" GET "/path/{id}", path "id", query "q".required();
/// security(&[&["key"]]))`
pub struct OperationTable {
    /// The static.
    pub name: String,
    /// The id in the contract.
    pub id: String,
    /// The HTTP method.
    pub method: String,
    /// The path template.
    pub path: String,
    /// Location, name on the wire, and further words with their arguments.
    pub parameters: Vec<ParameterTable>,
    /// Further settings of the operation with their arguments.
    pub options: TableWords,
}

/// Location, name on the wire, and further words with their arguments.
pub type ParameterTable = (String, String, TableWords);

/// Words with arguments: `explode(false)`.
pub type TableWords = Vec<(String, String)>;

impl Parse for OperationTable {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse::<Ident>()?.to_string();
        input.parse::<Token![:]>()?;
        let id = input.parse::<LitStr>()?.value();
        let method = input.parse::<Ident>()?.to_string();
        let path = input.parse::<LitStr>()?.value();
        let mut parameters = Vec::new();
        while input.parse::<Option<Token![,]>>()?.is_some() {
            let location = input.parse::<Ident>()?.to_string();
            let wire = input.parse::<LitStr>()?.value();
            let mut words = Vec::new();
            while input.parse::<Option<Token![.]>>()?.is_some() {
                words.push(word(input)?);
            }
            parameters.push((location, wire, words));
        }
        let mut options = Vec::new();
        while input.parse::<Option<Token![;]>>()?.is_some() {
            options.push(word(input)?);
        }
        Ok(Self {
            name,
            id,
            method,
            path,
            parameters,
            options,
        })
    }
}

fn word(input: ParseStream<'_>) -> Result<(String, String)> {
    let name = input.parse::<Ident>()?.to_string();
    let arguments;
    syn::parenthesized!(arguments in input);
    let arguments = arguments.parse::<proc_macro2::TokenStream>()?.to_string();
    let arguments = arguments
        .replace(" ,", ",")
        .replace("& [", "[")
        .replace("[ ", "[")
        .replace(" ]", "]");
    Ok((name, arguments))
}

/// `builder!(Name: OPERATION => Success, Error)`
pub struct BuilderTable {
    /// The builder.
    pub name: String,
    /// The static of its operation.
    pub operation: String,
    /// The type of a success.
    pub success: syn::Type,
    /// The enum of declared errors.
    pub error: Option<syn::Type>,
}

impl Parse for BuilderTable {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse::<Ident>()?.to_string();
        input.parse::<Token![:]>()?;
        let operation = input.parse::<Ident>()?.to_string();
        input.parse::<Token![=>]>()?;
        let success = input.parse()?;
        let error = match input.parse::<Option<Token![,]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Self {
            name,
            operation,
            success,
            error,
        })
    }
}

/// `pages!(Name => Success, Error; items: Item; number("page").from(1))`
pub struct PagesTable {
    /// The builder.
    pub name: String,
    /// The type of a success.
    pub success: syn::Type,
    /// The enum of declared errors.
    pub error: Option<syn::Type>,
    /// The field that holds the items.
    pub items: String,
    /// The type of an item.
    pub item: syn::Type,
    /// How one page leads to the next, as calls with their arguments.
    pub step: TableWords,
}

impl Parse for PagesTable {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse::<Ident>()?.to_string();
        input.parse::<Token![=>]>()?;
        let success = input.parse()?;
        let error = match input.parse::<Option<Token![,]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        input.parse::<Token![;]>()?;
        // Empty if the list is the whole page.
        let items = match input.parse::<Option<Token![_]>>()? {
            Some(_) => String::new(),
            None => input.parse::<Ident>()?.to_string(),
        };
        input.parse::<Token![:]>()?;
        let item = input.parse()?;
        input.parse::<Token![;]>()?;
        let mut step = vec![word(input)?];
        while input.parse::<Option<Token![.]>>()?.is_some() {
            step.push(word(input)?);
        }
        Ok(Self {
            name,
            success,
            error,
            items,
            item,
            step,
        })
    }
}

/// `waits!(Name => Success, Error; member("status").done(&["done"]))`
pub struct WaitsTable {
    /// The builder.
    pub name: String,
    /// The condition under which the reported job is done, as calls with their arguments.
    pub until: TableWords,
}

impl Parse for WaitsTable {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse::<Ident>()?.to_string();
        input.parse::<Token![=>]>()?;
        // `builder!` declares what a response contains.
        input.parse::<syn::Type>()?;
        if input.parse::<Option<Token![,]>>()?.is_some() {
            input.parse::<syn::Type>()?;
        }
        input.parse::<Token![;]>()?;
        let mut until = vec![word(input)?];
        while input.parse::<Option<Token![.]>>()?.is_some() {
            until.push(word(input)?);
        }
        Ok(Self { name, until })
    }
}

fn status(input: ParseStream<'_>) -> Result<String> {
    if input.parse::<Option<Token![_]>>()?.is_some() {
        return Ok("default".into());
    }
    let first: u16 = input.parse::<LitInt>()?.base10_parse()?;
    if input.parse::<Option<Token![..=]>>()?.is_none() {
        return Ok(first.to_string());
    }
    let last: u16 = input.parse::<LitInt>()?.base10_parse()?;
    if first.is_multiple_of(100) && last == first + 99 {
        return Ok(format!("{}XX", first / 100));
    }
    Err(input.error("a range that is no hundred"))
}

pub(super) fn comma(input: ParseStream<'_>) -> Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}
