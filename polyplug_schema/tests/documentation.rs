//! What `docs/types.md` shows is what the crate says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use polyplug_schema::{CTypes, Contract, Descriptions};
use std::sync::Arc;

const PAGE: &str = include_str!("../../docs/types.md");

/// The text of the first block of this language.
fn block(language: &str) -> &'static str {
    let fence = format!("```{language}\n");
    let start = PAGE.find(&fence).unwrap() + fence.len();
    &PAGE[start..start + PAGE[start..].find("```").unwrap()]
}

fn contract(wit: &str) -> Arc<Contract> {
    let descriptions = Descriptions::from_text("draw.wit", wit).unwrap();
    Arc::clone(descriptions.contract("demo.draw@1").unwrap())
}

#[test]
fn the_declarations_in_c_are_those_of_the_contract() {
    assert_eq!(CTypes::of(&contract(block("wit"))).to_string(), block("c"));
}

#[test]
fn the_texts_are_those_of_the_contract() {
    let expected = contract(block("wit"));
    let provided = contract(&block("wit").replace("option<u32>", "option<u64>"));
    let difference = provided.answers(&expected).unwrap_err().to_string();
    for text in [expected.shape_text(), difference] {
        assert!(PAGE.contains(&text), "{text}");
    }
    let call = expected.parse_call("draw(path([{x: 0, y: 0}, {x: \"a\", y: 0}]), some(255))");
    let error = call.unwrap_err().to_string();
    assert!(
        error.starts_with(
            "demo.draw@1 draw: parameter `shape`.path[1].x: expected f32, got string\n"
        ),
        "{error}"
    );
    let call = expected.parse_call("draw(circle(0.5), some(255))").unwrap();
    assert_eq!(call.arguments.len(), 2);
}
