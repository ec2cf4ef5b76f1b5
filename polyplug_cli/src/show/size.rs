//! Sizes as people say them: three digits and a unit.

const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];

/// `512 B`, `84.0 KiB`, `1.20 GiB`.
pub(crate) fn human(bytes: u64) -> String {
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut units = UNITS.iter();
    let mut unit = units.next();
    // The bound is where rounding to three digits would show four.
    while value >= 999.5
        && let Some(next) = units.next()
    {
        value /= 1024.0;
        unit = Some(next);
    }
    let unit = unit.unwrap_or(&"");
    match value {
        v if v < 9.995 => format!("{v:.2} {unit}"),
        v if v < 99.95 => format!("{v:.1} {unit}"),
        v => format!("{v:.0} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::human;

    #[test]
    fn a_size_is_three_digits_and_a_unit() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.00 KiB"),
            (86_016, "84.0 KiB"),
            (1_023_000, "999 KiB"),
            (1_024_000, "0.98 MiB"),
            (12_109_402, "11.5 MiB"),
            (1_288_490_189, "1.20 GiB"),
        ] {
            assert_eq!(human(bytes), text, "{bytes}");
        }
    }
}
