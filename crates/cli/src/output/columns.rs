//! The columns of rows: those of the contract, and further members of the rows.

use lorgnette_runtime::commands::{Kind, Shape};
use serde_json::Value;

/// A column: a member, or a member of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    path: Vec<String>,
}

impl Column {
    /// The column of a path such as `location.name`.
    pub fn parse(path: &str) -> Self {
        Self {
            path: path.split('.').map(str::to_owned).collect(),
        }
    }

    /// Its title.
    pub fn title(&self) -> String {
        self.path.join(".")
    }

    /// The text of its cell in a row. Text is unchanged, other values are JSON, and a missing value
    /// is empty.
    pub fn cell(&self, row: &Value) -> String {
        // A name may itself contain a dot.
        let whole = row.get(self.title());
        let value = whole.or_else(|| {
            self.path
                .iter()
                .try_fold(row, |value, name| match (value, name.parse::<usize>()) {
                    (Value::Array(items), Ok(index)) => items.get(index),
                    (value, _) => value.get(name),
                })
        });
        match value {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }
}

/// The columns of rows: those that the contract describes, with the members of objects within rows,
/// followed by further members of the first rows. Rows that are not objects have one column,
/// `value`.
pub fn columns(kind: Kind, first: &[Value]) -> Vec<Column> {
    let mut columns = described(kind);
    let known = kind.members().iter().map(|member| member.name);
    let mut known: Vec<String> = known.map(str::to_owned).collect();
    for row in first {
        for name in row.as_object().into_iter().flat_map(|members| members.keys()) {
            if !known.contains(name) {
                known.push(name.clone());
                columns.push(Column {
                    path: vec![name.clone()],
                });
            }
        }
    }
    columns
}

fn described(kind: Kind) -> Vec<Column> {
    let mut columns = Vec::new();
    for member in kind.members() {
        let column = |path: Vec<&str>| Column {
            path: path.into_iter().map(str::to_owned).collect(),
        };
        let inner = member.kind.members();
        if inner.is_empty() || inner.iter().all(|inner| !is_single(inner.kind)) {
            columns.push(column(vec![member.name]));
        } else {
            let single = inner.iter().filter(|inner| is_single(inner.kind));
            columns.extend(single.map(|inner| column(vec![member.name, inner.name])));
        }
    }
    columns
}

/// Whether a value of this kind fits into a cell.
pub fn is_single(kind: Kind) -> bool {
    match kind {
        Kind::List(_) | Kind::Map(_) => false,
        Kind::Of(ty) => match &ty.shape {
            Shape::Values(_) => true,
            Shape::Object { .. } => false,
            Shape::Union { branches, .. } => branches.iter().all(|(kind, _)| is_single(*kind)),
        },
        _ => true,
    }
}

/// The rows as objects: other values become an object with the member `value`.
pub fn object(row: Value) -> Value {
    match row {
        Value::Object(_) => row,
        other => serde_json::json!({ "value": other }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lorgnette_runtime::command_type;
    use serde_json::json;

    command_type!(Place: ""; object "name" Text, "floors" [Integer]);
    command_type!(Lamp: ""; object "id" Text, "place" (Place), "tags" [Text]);

    #[test]
    fn test_columns_are_those_of_the_contract_and_of_the_rows() {
        let rows = [
            json!({"id": "a", "watt": 5}),
            json!({"place": {}, "watt": 6, "new": null}),
        ];
        let titles: Vec<String> = columns(Kind::Of(&Lamp), &rows)
            .iter()
            .map(Column::title)
            .collect();
        assert_eq!(titles, ["id", "place.name", "tags", "watt", "new"]);
    }

    #[test]
    fn test_cells_hold_texts_bare_and_all_else_as_json() {
        let row = json!({"id": "a \"b\"", "place": {"name": "x", "floors": [1, 2]}, "a.b": 1, "none": null});
        let cells = [
            "id",
            "place.name",
            "place.floors",
            "place.floors.1",
            "a.b",
            "none",
            "missing.x",
        ];
        let cells: Vec<String> = cells.iter().map(|path| Column::parse(path).cell(&row)).collect();
        assert_eq!(cells, ["a \"b\"", "x", "[1,2]", "2", "1", "", ""]);
    }
}
