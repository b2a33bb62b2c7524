//! Rows as comma-separated values, after RFC 4180.

use crate::failure::Failure;

/// A line of cells.
///
/// # Errors
///
/// When there is not enough memory.
pub fn line(cells: &[String]) -> Result<String, Failure> {
    let failed = |what: &dyn std::fmt::Display| Failure::local(format!("csv: {what}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).map_err(|error| failed(&error))?;
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn test_cells_with_marks_of_their_own_are_quoted() {
        let cells = ["a", "b,c", "d \"e\"", "f\ng", ""].map(str::to_owned);
        assert_eq!(line(&cells).unwrap(), "a,\"b,c\",\"d \"\"e\"\"\",\"f\ng\",\n");
        assert_eq!(line(&[String::new()]).unwrap(), "\"\"\n");
    }
}
