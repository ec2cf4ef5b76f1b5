//! One line of an audit, and how one is told from what other programs write.

use crate::show::timestamp::rfc3339;
use crate::signature_finding::SignerDetails;
use serde::Serialize;
use serde_json::{Map, Value};
use std::time::SystemTime;

/// One line. The fields' names are documented in `--help` and stay.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) time: String,
    pub(super) event: &'static str,
    pub(super) bundle: Option<String>,
    pub(super) version: Option<String>,
    pub(super) loader: Option<String>,
    pub(super) path: Option<String>,
    pub(super) generation: Option<u32>,
    pub(super) digest: Option<String>,
    pub(super) signer: Option<SignerDetails>,
    pub(super) policy: &'static str,
    pub(super) decision: Option<&'static str>,
    pub(super) code: Option<&'static str>,
    pub(super) reason: Option<String>,
}

/// What every line says, also if nothing is known.
const SAID: [&str; 3] = ["time", "event", "policy"];

/// The other fields of every line. One that is added later is not asked for: audits that were begun before
/// go on.
const FIELDS: [&str; 10] = [
    "bundle",
    "version",
    "loader",
    "path",
    "generation",
    "digest",
    "signer",
    "decision",
    "code",
    "reason",
];

impl Line {
    pub(super) fn new(event: &'static str, policy: &'static str) -> Self {
        Self {
            time: rfc3339(SystemTime::now()),
            event,
            bundle: None,
            version: None,
            loader: None,
            path: None,
            generation: None,
            digest: None,
            signer: None,
            policy,
            decision: None,
            code: None,
            reason: None,
        }
    }
}

/// Whether a text is a whole line of an audit, of this version or another.
pub(super) fn is_whole(text: &[u8]) -> bool {
    let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(text) else { return false };
    let says = |name: &&str| fields.get(*name).is_some_and(Value::is_string);
    SAID.iter().all(says) && FIELDS.iter().all(|name| fields.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, Line, SAID, is_whole};
    use serde_json::{Map, Value};

    fn fields() -> Map<String, Value> {
        let line = serde_json::to_value(Line::new("started", "off")).unwrap();
        line.as_object().unwrap().clone()
    }

    fn is_line(fields: &Map<String, Value>) -> bool {
        is_whole(&serde_json::to_vec(fields).unwrap())
    }

    #[test]
    fn a_line_is_known_and_nothing_that_lacks_a_field() {
        let mut line = fields();
        assert!(is_line(&line));
        line.insert("of a later version".to_owned(), Value::Null);
        assert!(is_line(&line));
        for name in SAID.iter().chain(&FIELDS) {
            let mut line = fields();
            line.remove(*name).unwrap();
            assert!(!is_line(&line), "{name}");
        }
        for name in SAID {
            let mut line = fields();
            line.insert(name.to_owned(), Value::Null);
            assert!(!is_line(&line), "{name}");
        }
    }

    #[test]
    fn a_part_of_a_line_is_none() {
        let whole = serde_json::to_vec(&fields()).unwrap();
        assert!((0..whole.len()).all(|end| !is_whole(&whole[..end])));
        assert!(!is_whole(&whole.repeat(2)));
    }
}
