//! Names of Rust items and names of WIT.

/// Whether the Rust name `rust` is the WIT name `wit`: `max_speed`, `maxSpeed` and `MaxSpeed` are
/// `max-speed`. Case does not count, as WIT has no two names that differ in it only.
pub(super) fn matches(rust: &str, wit: &str) -> bool {
    if rust == wit {
        return true;
    }
    let mut letters = wit.bytes();
    let mut was_lower = false;
    for letter in rust.bytes() {
        let starts_word = letter.is_ascii_uppercase() && was_lower;
        if starts_word && letters.next() != Some(b'-') {
            return false;
        }
        let letter = if letter == b'_' { b'-' } else { letter };
        match letters.next() {
            Some(expected) if expected.eq_ignore_ascii_case(&letter) => {}
            _ => return false,
        }
        was_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
    }
    letters.next().is_none()
}

/// The one of Rust's `names` that is the WIT name `wit`, or the WIT name itself.
pub(super) fn rust_name(wit: &str, names: &'static [&'static str]) -> Option<&'static str> {
    let equal = names.iter().find(|name| **name == wit);
    equal.or_else(|| names.iter().find(|name| matches(name, wit))).copied()
}

/// The place of the WIT name that the Rust name `rust` is.
pub(super) fn wit_position<'a>(
    rust: &str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Option<usize> {
    let equal = names.clone().position(|name| name == rust);
    equal.or_else(|| names.clone().position(|name| matches(rust, name)))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn rust_names_are_wit_names_in_words() {
        for rust in ["max_speed", "MaxSpeed", "maxSpeed", "max-speed", "MAX_SPEED"] {
            assert!(matches(rust, "max-speed"), "{rust}");
        }
        for (rust, wit) in [("Vec3", "vec3"), ("vec_3d", "vec-3d"), ("X", "x"), ("HTTP", "http")] {
            assert!(matches(rust, wit), "{rust}");
        }
        for rust in ["maxspeed", "max__speed", "max_speeds", "max_spee", "", "max"] {
            assert!(!matches(rust, "max-speed"), "{rust}");
        }
    }
}
