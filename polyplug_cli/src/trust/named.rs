//! Keys of the trust store as a person names them.

use crate::key_file;
use crate::show::style::foreign;
use polyplug_trust::{KeyId, TrustStore, TrustedKey};

/// How many keys are offered to who named none of them.
const OFFERED: usize = 3;

/// The key that a person names: by its id, its file, its text, or what it is called in the store.
pub(super) fn named(store: &TrustStore, text: &str) -> Result<KeyId, String> {
    let problem = match key_file::id(text) {
        Ok(id) => return Ok(id),
        Err(problem) => problem,
    };
    let called: Vec<KeyId> = store
        .trusted()
        .filter(|trusted| trusted.name == text)
        .map(|trusted| trusted.key.id())
        .collect();
    match called.as_slice() {
        [id] => Ok(*id),
        [] => Err(format!("{problem}{}", meant(store, text))),
        several => {
            let ids: Vec<_> = several.iter().map(KeyId::to_string).collect();
            let ids = ids.join(", ");
            Err(format!("{text}: several keys are called so: {ids}; name one by its id"))
        }
    }
}

/// The keys that are there, the most alike first, for who named none of them.
pub(super) fn meant(store: &TrustStore, text: &str) -> String {
    let distance = |trusted: &&TrustedKey| {
        distance(text, &trusted.name).min(distance(text, &trusted.key.id().to_string()))
    };
    let mut known: Vec<_> = store.trusted().collect();
    known.sort_by_key(distance);
    let shown =
        |trusted: &&TrustedKey| format!("{} ({})", trusted.key.id(), foreign(&trusted.name));
    let shown: Vec<_> = known.iter().take(OFFERED).map(shown).collect();
    match shown.as_slice() {
        [] => "; no key is trusted there".to_owned(),
        [one] => format!("; there is {one}"),
        several => format!("; there are {}", several.join(", ")),
    }
}

/// How many letters have to be put in, taken out or exchanged to make one word of another.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.to_lowercase().chars().enumerate() {
        let mut above_left = row[0];
        row[0] = at + 1;
        for (column, its) in other.iter().enumerate() {
            let exchanged = above_left + usize::from(letter != *its);
            above_left = row[column + 1];
            row[column + 1] = exchanged.min(row[column] + 1).min(above_left + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_slip_is_nearer_than_another_word() {
        for (one, other, expected) in
            [("studio", "studio", 0), ("Stdio", "studio", 1), ("", "ada", 3), ("ada", "bob", 3)]
        {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }
}
