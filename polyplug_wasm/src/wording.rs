//! Texts of a component in messages, which go to terminals and logs.

/// The text with its control characters spelled out, but for those that every log has: a trap's
/// backtrace has lines, and that of a provider in another language may have tabs.
pub(crate) fn printable(text: String) -> String {
    let is_hidden = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if !text.contains(is_hidden) {
        return text;
    }
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        match is_hidden(character) {
            true => printable.extend(character.escape_debug()),
            false => printable.push(character),
        }
    }
    printable
}
