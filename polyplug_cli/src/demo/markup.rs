//! Text with colours as hud writes it: `{gold}12{} points`.

use super::grid::Rgb;

const COLOURS: [(&str, Rgb); 8] = [
    ("red", [255, 105, 97]),
    ("gold", [255, 209, 102]),
    ("green", [120, 220, 140]),
    ("sea", [100, 210, 220]),
    ("blue", [120, 160, 255]),
    ("pink", [255, 130, 200]),
    ("white", [255, 255, 255]),
    ("dim", [110, 135, 150]),
];

/// The colour of text that names none.
pub(crate) const PLAIN: Rgb = [200, 215, 225];

/// A colour by its name in markup.
pub(crate) fn colour(name: &str) -> Option<Rgb> {
    COLOURS.iter().find(|(known, _)| *known == name).map(|(_, colour)| *colour)
}

/// The pieces of a text with their colours. Braces that name no colour are text.
pub(crate) fn pieces(text: &str) -> Vec<(Rgb, &str)> {
    let mut found = Vec::new();
    let (mut present, mut rest) = (PLAIN, text);
    let mut start = 0;
    while let Some(open) = rest[start..].find('{').map(|at| start + at) {
        let named = rest[open + 1..].find('}').map(|length| &rest[open + 1..open + 1 + length]);
        let Some(name) = named else { break };
        let next = if name.is_empty() { Some(PLAIN) } else { colour(name) };
        let Some(next) = next else {
            start = open + 1;
            continue;
        };
        if open > 0 {
            found.push((present, &rest[..open]));
        }
        (present, rest, start) = (next, &rest[open + 2 + name.len()..], 0);
    }
    if !rest.is_empty() {
        found.push((present, rest));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{PLAIN, colour, pieces};

    #[test]
    fn names_in_braces_colour_what_follows() {
        let (gold, red) = (colour("gold").unwrap(), colour("red").unwrap());
        for (text, wanted) in [
            ("", vec![]),
            ("plain", vec![(PLAIN, "plain")]),
            ("{gold}12{} points", vec![(gold, "12"), (PLAIN, " points")]),
            ("a{gold}{red}b", vec![(PLAIN, "a"), (red, "b")]),
            ("{nope} {gold}x", vec![(PLAIN, "{nope} "), (gold, "x")]),
            ("open {gold", vec![(PLAIN, "open {gold")]),
            ("ü{}ö{", vec![(PLAIN, "ü"), (PLAIN, "ö{")]),
        ] {
            assert_eq!(pieces(text), wanted, "{text}");
        }
    }
}
