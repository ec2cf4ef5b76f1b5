//! What lives in the pond. The bundles decide where everything wants to go; the world moves it,
//! keeps it inside the shore, and notices who eats whom.

/// How high the pond is, in its own units; the width follows the screen.
pub(crate) const HEIGHT: f32 = 90.0;

const FISH: usize = 84;
const CRUMBS: usize = 12;
const PIKES: usize = 2;

/// How near a fish comes to a crumb to eat it, and a pike to a fish to catch it.
const MOUTH: f32 = 1.7;

/// Nothing swims faster, whatever a bundle says.
const FASTEST: f32 = 400.0;

/// A fish, a crumb or a pike, as the bundles see it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Creature {
    /// From the left shore.
    pub(crate) x: f32,
    /// From the upper shore.
    pub(crate) y: f32,
    /// Speed in units a second.
    pub(crate) vx: f32,
    pub(crate) vy: f32,
    /// The colour in degrees, set by steering.
    pub(crate) hue: f32,
    /// How bright it shines: how bold steering says it is.
    pub(crate) glow: f32,
    /// A [`Kind`]; a number, because bundles can write here.
    pub(crate) kind: u32,
    /// Not used by the world; bundles may keep a number here.
    pub(crate) mark: u32,
}

/// What a creature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Fish = 0,
    Crumb = 1,
    Pike = 2,
}

/// Something that happened in a step, to the fish with this index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Incident {
    /// It ate a crumb here.
    Ate { fish: u32, x: f32, y: f32 },
    /// A pike caught it here.
    Caught { fish: u32, x: f32, y: f32 },
}

/// The pond.
pub(crate) struct World {
    pub(crate) creatures: Vec<Creature>,
    pub(crate) width: f32,
    pub(crate) seconds: f32,
    random: Random,
}

impl World {
    /// A pond with fish, crumbs and pikes at random places; the same in every run.
    pub(crate) fn new() -> Self {
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        let width = HEIGHT * 16.0 / 9.0;
        let kinds = [(Kind::Fish, FISH), (Kind::Crumb, CRUMBS), (Kind::Pike, PIKES)];
        let kinds = kinds.iter().flat_map(|(kind, count)| std::iter::repeat_n(*kind, *count));
        let creatures = kinds.map(|kind| Creature {
            x: random.below(width),
            y: random.below(HEIGHT),
            vx: random.below(20.0) - 10.0,
            vy: random.below(20.0) - 10.0,
            hue: 200.0,
            glow: 1.0,
            kind: kind as u32,
            mark: 0,
        });
        let creatures = creatures.collect();
        Self { creatures, width, seconds: 0.0, random }
    }

    /// The creatures of a kind, with their indices.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = (usize, &Creature)> {
        self.creatures.iter().enumerate().filter(move |(_, it)| it.kind == kind as u32)
    }

    /// Moves the right shore; what lives there keeps its place in proportion.
    pub(crate) fn resize(&mut self, width: f32) {
        let scale = width / self.width;
        for it in &mut self.creatures {
            it.x *= scale;
        }
        self.width = width;
    }

    /// One step: everything moves, some eat, some are caught.
    pub(crate) fn step(&mut self, seconds: f32) -> Vec<Incident> {
        self.seconds += seconds;
        for it in &mut self.creatures {
            drift(it, seconds, self.width);
        }
        let mut incidents = Vec::new();
        for index in 0..self.creatures.len() {
            if self.creatures[index].kind == Kind::Fish as u32 {
                self.meet(index, &mut incidents);
            }
        }
        incidents
    }

    /// Lets a fish meet the crumbs and pikes that are near it.
    fn meet(&mut self, fish: usize, incidents: &mut Vec<Incident>) {
        let Creature { x, y, .. } = self.creatures[fish];
        let touches = |it: &Creature| (it.x - x).powi(2) + (it.y - y).powi(2) < MOUTH * MOUTH;
        for other in 0..self.creatures.len() {
            let it = self.creatures[other];
            if it.kind == Kind::Fish as u32 || !touches(&it) {
                continue;
            }
            if it.kind == Kind::Crumb as u32 {
                incidents.push(Incident::Ate { fish: fish as u32, x, y });
                self.put_elsewhere(other);
            } else if it.kind == Kind::Pike as u32 {
                incidents.push(Incident::Caught { fish: fish as u32, x, y });
                self.put_elsewhere(fish);
                return;
            }
        }
    }

    fn put_elsewhere(&mut self, index: usize) {
        let it = &mut self.creatures[index];
        it.x = 4.0 + self.random.below(self.width - 8.0);
        it.y = 4.0 + self.random.below(HEIGHT - 8.0);
    }
}

/// Moves one creature and keeps it sane: bundles may write anything.
fn drift(it: &mut Creature, seconds: f32, width: f32) {
    for speed in [&mut it.vx, &mut it.vy] {
        *speed = if speed.is_finite() { speed.clamp(-FASTEST, FASTEST) } else { 0.0 };
    }
    (it.x, it.vx) = bounce(it.x + it.vx * seconds, it.vx, width);
    (it.y, it.vy) = bounce(it.y + it.vy * seconds, it.vy, HEIGHT);
    if !it.hue.is_finite() {
        it.hue = 0.0;
    }
}

/// A place inside 0..=size, and the speed after touching the shore.
fn bounce(at: f32, speed: f32, size: f32) -> (f32, f32) {
    match at {
        at if !at.is_finite() => (size / 2.0, speed),
        at if at < 0.0 => (0.0, speed.abs()),
        at if at > size => (size, -speed.abs()),
        at => (at, speed),
    }
}

/// Xorshift: enough for a pond, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: f32) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u64 << 24) as f32 * limit
    }
}

#[cfg(test)]
mod tests {
    use super::{HEIGHT, Incident, Kind, World};

    #[test]
    fn creatures_move_by_their_speed_and_stay_inside() {
        let mut world = World::new();
        world.creatures[0].x = 10.0;
        world.creatures[0].vx = 60.0;
        world.creatures[1].x = world.width - 0.1;
        world.creatures[1].vx = 60.0;
        world.step(1.0 / 60.0);
        assert!((world.creatures[0].x - 11.0).abs() < 1e-3);
        assert_eq!((world.creatures[1].x, world.creatures[1].vx), (world.width, -60.0));
    }

    #[test]
    fn nonsense_from_a_bundle_does_not_stay() {
        let mut world = World::new();
        world.creatures[0].vx = f32::NAN;
        world.creatures[1].x = f32::INFINITY;
        world.creatures[2].vy = 1e30;
        world.step(1.0 / 60.0);
        let inside = |x: f32, size: f32| (0.0..=size).contains(&x);
        assert!(world.creatures.iter().all(|it| inside(it.x, world.width) && inside(it.y, HEIGHT)));
        assert!(world.creatures.iter().all(|it| it.vx.is_finite() && it.vy.abs() <= 400.0));
    }

    #[test]
    fn a_fish_eats_the_crumb_that_it_touches_and_the_crumb_is_elsewhere() {
        let mut world = World::new();
        world.creatures.truncate(0);
        let fish = super::Creature {
            x: 50.0,
            y: 50.0,
            vx: 0.0,
            vy: 0.0,
            hue: 0.0,
            glow: 0.0,
            kind: Kind::Fish as u32,
            mark: 0,
        };
        world.creatures.push(fish);
        world.creatures.push(super::Creature { x: 51.0, kind: Kind::Crumb as u32, ..fish });
        let incidents = world.step(1.0 / 60.0);
        assert_eq!(incidents, [Incident::Ate { fish: 0, x: 50.0, y: 50.0 }]);
        assert_ne!((world.creatures[1].x, world.creatures[1].y), (51.0, 50.0));
    }

    #[test]
    fn a_wider_screen_is_a_wider_pond() {
        let mut world = World::new();
        let before = world.creatures[3].x / world.width;
        world.resize(300.0);
        assert!((world.creatures[3].x / world.width - before).abs() < 1e-4);
    }
}
