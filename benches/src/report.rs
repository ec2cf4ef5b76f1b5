//! The table: operation, floor, ours, what was asked.

/// Prints the header of a table.
pub fn header(title: &str) {
    println!("\n{title}");
    println!("{:<52} {:>11} {:>11} {:>7}  asked", "operation", "floor", "ours", "ratio");
}

/// Prints one row; times in nanoseconds.
pub fn row(operation: &str, floor: Option<f64>, ours: f64, asked: &str) {
    let ratio = floor.map_or(String::new(), |floor| format!("{:.2}", ours / floor));
    let floor = floor.map_or(String::new(), time);
    println!("{operation:<52} {floor:>11} {:>11} {ratio:>7}  {asked}", time(ours));
}

/// Prints one row of a plain number.
pub fn number(operation: &str, floor: Option<f64>, ours: f64, asked: &str) {
    let floor = floor.map_or(String::new(), |floor| format!("{floor:.2}"));
    println!("{operation:<52} {floor:>11} {ours:>11.2} {:>7}  {asked}", "");
}

/// A time in the unit that reads best.
pub fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        ns if ns < 1_000.0 => format!("{ns:.1} ns"),
        ns if ns < 1_000_000.0 => format!("{:.1} us", ns / 1_000.0),
        ns => format!("{:.2} ms", ns / 1_000_000.0),
    }
}
