//! Durations as people say them: three digits and a unit.

use std::time::Duration;

/// `340 us`, `1.20 ms`, `16.7 ms`, `2.50 s`.
pub(crate) fn human(duration: Duration) -> String {
    let micros = duration.as_secs_f64() * 1e6;
    if micros < 0.9995 {
        return format!("{} ns", duration.as_nanos());
    }
    // The bounds are where rounding to three digits would reach the next unit.
    let (value, unit) = match micros {
        small if small < 999.5 => (small, "us"),
        middle if middle < 999_500.0 => (middle / 1e3, "ms"),
        large => (large / 1e6, "s"),
    };
    match value {
        v if v < 9.995 && unit != "us" => format!("{v:.2} {unit}"),
        v if v < 99.95 && unit != "us" => format!("{v:.1} {unit}"),
        v => format!("{v:.0} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::human;
    use std::time::Duration;

    #[test]
    fn a_duration_is_three_digits_and_a_unit() {
        for (nanos, text) in [
            (0, "0 ns"),
            (850, "850 ns"),
            (1_000, "1 us"),
            (340_400, "340 us"),
            (999_600, "1.00 ms"),
            (1_200_000, "1.20 ms"),
            (16_670_000, "16.7 ms"),
            (123_400_000, "123 ms"),
            (999_600_000, "1.00 s"),
            (2_500_000_000, "2.50 s"),
            (75_000_000_000, "75.0 s"),
        ] {
            assert_eq!(human(Duration::from_nanos(nanos)), text, "{nanos} ns");
        }
    }
}
