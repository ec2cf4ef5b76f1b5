//! The game with its real bundles: what a person sees who edits them.

use super::Game;
use crate::demo::folder::DemoFolder;
use crate::demo::world::{Kind, World};
use crate::show::problem::Problem;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

struct Pond {
    folder: DemoFolder,
    game: Game,
    world: World,
}

impl Pond {
    fn new() -> Self {
        let folder = DemoFolder::fresh().unwrap();
        let game = Game::start(folder.path()).unwrap();
        Self { folder, game, world: World::new() }
    }

    fn file(&self, bundle: &str) -> PathBuf {
        self.folder.file(bundle, &format!("{bundle}.lua"))
    }

    fn replace(&self, bundle: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.file(bundle)).unwrap();
        assert!(text.contains(from));
        fs::write(self.file(bundle), text.replace(from, to)).unwrap();
    }

    fn frame(&mut self) {
        self.game.poll();
        self.game.frame(&mut self.world, 100);
    }

    fn frames_until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        self.frame();
        while !done(self) {
            assert!(Instant::now() < end, "waited in vain until {what}");
            self.frame();
        }
    }

    fn problem(&self) -> Option<&Problem> {
        self.game.problems().next()
    }
}

#[test]
fn a_frame_moves_the_fish_and_draws_the_hud() {
    let mut pond = Pond::new();
    let before: Vec<f32> = pond.world.of(Kind::Fish).map(|(_, fish)| fish.x).collect();
    pond.frame();
    assert_eq!(pond.problem(), None);
    let after: Vec<f32> = pond.world.of(Kind::Fish).map(|(_, fish)| fish.x).collect();
    assert!(before != after && before.len() >= 50);
    assert!(pond.game.hud.contains("points"), "{}", pond.game.hud);
    assert!(pond.game.cost.calls as usize >= before.len());
}

#[test]
fn points_survive_a_save_of_score() {
    let mut pond = Pond::new();
    for _ in 0..300 {
        pond.frame();
    }
    let before = pond.game.card().unwrap().eaten;
    assert!(before > 0.0);
    pond.replace("score", "points_per_crumb = 10 ", "points_per_crumb = 1000 ");
    let worth = |pond: &Pond| pond.game.hud.split(',').count() > 2;
    pond.frames_until("the points grow by thousands", |pond| worth(pond));
    assert!(pond.game.card().unwrap().eaten >= before);
}

#[test]
fn an_undo_takes_the_error_away() {
    let mut pond = Pond::new();
    let good = fs::read_to_string(pond.file("hud")).unwrap();
    fs::write(pond.file("hud"), "local x ==").unwrap();
    pond.frames_until("the error is there", |pond| pond.problem().is_some());
    let excerpt = pond.problem().unwrap().excerpt.clone().unwrap();
    assert!(excerpt.path.ends_with("hud/hud.lua"));
    assert!(pond.game.hud.contains("points"));
    fs::write(pond.file("hud"), good).unwrap();
    pond.frames_until("the error is gone", |pond| pond.problem().is_none());
}

#[test]
fn an_error_in_a_call_is_shown_with_its_line_until_it_is_mended() {
    let mut pond = Pond::new();
    pond.replace("steering", "me.hue = hue", "me.hue = nothing.at_all");
    pond.frames_until("the error is there", |pond| pond.problem().is_some());
    let problem = pond.problem().unwrap();
    assert!(problem.message.contains("'nothing'"), "{}", problem.message);
    assert!(problem.excerpt.as_ref().unwrap().text.contains("me.hue = nothing.at_all"));
    pond.replace("steering", "nothing.at_all", "hue");
    pond.frames_until("the error is gone", |pond| pond.problem().is_none());
}

#[test]
fn a_bundle_that_loops_for_ever_is_left_alone_until_it_is_mended() {
    let mut pond = Pond::new();
    pond.replace("hud", "local card = card_type()", "while true do end local card");
    pond.frames_until("the loop is stopped", |pond| pond.problem().is_some());
    let begin = Instant::now();
    for _ in 0..20 {
        pond.frame();
    }
    assert!(begin.elapsed() < Duration::from_millis(20 * 500));
    pond.replace("hud", "while true do end local card", "local card = card_type()");
    pond.frames_until("the hud draws again", |pond| pond.problem().is_none());
}
