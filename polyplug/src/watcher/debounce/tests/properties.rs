//! What must hold for every sequence of events.

use super::*;
use proptest::prelude::*;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Create),
        Just(MakeFolder),
        Just(Write),
        Just(Close),
        Just(Remove),
        Just(RemoveFolder),
        Just(Chmod),
        (0..3_usize).prop_map(From),
        (0..3_usize).prop_map(To),
    ]
}

fn path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "a/x", "a/y", "a/s", "a/s/x", "a/x~", "b", "b/x", ".c"])
}

proptest! {
    #[test]
    fn whatever_arrives_is_delivered_and_the_last_word_is_current(
        steps in prop::collection::vec((0..60_u64, step(), path()), 1..60)
    ) {
        let options = WatchOptions { longest: Duration::from_millis(700), ..Default::default() };
        let mut player = Player::new(options);
        let mut millis = 0;
        for (pause, step, path) in steps {
            millis += pause;
            player.step(millis, step, path);
        }
        player.wait_until(player.at(1_000_000));
        prop_assert!(player.debouncer.next_deadline().is_none());
        let in_time = player.delivered.iter().all(|(at, batch)| {
            player.at(*at) <= batch.first_event_at + options.longest + options.quiet
        });
        prop_assert!(in_time);
        let newest_of_each: BTreeMap<_, _> = player
            .delivered
            .iter()
            .flat_map(|(_, batch)| batch.folders.iter().map(move |folder| (folder.clone(), batch)))
            .collect();
        for (folder, batch) in &newest_of_each {
            prop_assert!(batch.is_folder_current(folder));
        }
        let arrivals = player.arrivals.count_all();
        prop_assert_eq!(arrivals.len(), newest_of_each.len());
        for arrival in arrivals {
            prop_assert!(newest_of_each.contains_key(arrival.folder()));
        }
    }
}
