//! Names of WIT in other spellings.

use polyplug_schema::Contract;

/// `max_speed` of `max-speed`, `demo_greeter` of `demo.greeter`.
pub(crate) fn snake(label: &str) -> String {
    words(label).map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_")
}

/// `MAX_SPEED` of `max-speed`, `DEMO_GREETER` of `demo.greeter`.
pub(crate) fn screaming(label: &str) -> String {
    snake(label).to_ascii_uppercase()
}

/// `MaxSpeed` of `max-speed`, `DemoGreeter` of `demo.greeter`.
pub(crate) fn pascal(label: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    };
    words(label).map(capital).collect()
}

/// What each contract is called in generated code: by its name, or with its major version behind it
/// where another one would be called the same.
pub(crate) fn labels(contracts: &[&Contract]) -> Vec<String> {
    let same = |name: &str| contracts.iter().filter(|one| snake(one.name()) == snake(name)).count();
    let label = |contract: &&Contract| match same(contract.name()) {
        1 => contract.name().to_owned(),
        _ => format!("{}-{}", contract.name(), contract.version().major),
    };
    contracts.iter().map(label).collect()
}

/// `base`, with as many underscores behind it as make it none of `taken`.
pub(crate) fn other_than<'a>(base: &str, taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let mut name = base.to_owned();
    while taken.clone().any(|other| other == name) {
        name.push('_');
    }
    name
}

fn words(label: &str) -> impl Iterator<Item = &str> {
    label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{other_than, pascal, screaming, snake};

    #[test]
    fn names_are_put_together_of_words() {
        assert_eq!(snake("game.physics.rigid-body"), "game_physics_rigid_body");
        assert_eq!(screaming("game.physics.rigid-body"), "GAME_PHYSICS_RIGID_BODY");
        assert_eq!(pascal("game.physics.rigid-body"), "GamePhysicsRigidBody");
    }

    #[test]
    fn a_name_makes_room_for_others() {
        assert_eq!(other_than("out", ["in", "out", "out_"].into_iter()), "out__");
        assert_eq!(other_than("out", [].into_iter()), "out");
    }
}
