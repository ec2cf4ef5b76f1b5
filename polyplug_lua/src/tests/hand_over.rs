//! State from one generation to the next.

use super::*;
use polyplug::guest::HandedOver;

fn hand_over(old: &LuaGuest, new: &LuaGuest) -> Result<HandedOver, Box<GuestError>> {
    // SAFETY: nobody else uses the guests.
    unsafe { new.hand_over(old) }
}

/// Two generations, the second with the state of the first after `calls` to its function 0.
fn reload(old: &LuaGuest, new_body: &str) -> LuaGuest {
    let new = open(&with_doubles(new_body));
    hand_over(old, &new).unwrap();
    new
}

const COUNTER: &str = "
function new() return { sum = 0 } end
functions[0] = function(self, a, o) self.sum = self.sum + get(a) set(o, self.sum) end";

#[test]
fn instances_and_the_default_object_keep_their_fields_and_handles() {
    let old = open(&with_doubles(COUNTER));
    let (first, gone, second) = (create(&old), create(&old), create(&old));
    destroy(&old, gone).unwrap();
    call(&old, 0, 1.0).unwrap();
    call_on(&old, first, 0, 2.0).unwrap();
    call_on(&old, second, 0, 3.0).unwrap();
    let new = open(&with_doubles(
        "function new() return { sum = 0, added = 100 } end
         functions[0] = function(self, a, o) set(o, self.sum + self.added) end",
    ));
    assert_eq!(hand_over(&old, &new).unwrap(), HandedOver { kept: 3, reset: 0 });
    assert_eq!(call(&new, 0, 0.0).unwrap(), 101.0);
    assert_eq!(call_on(&new, first, 0, 0.0).unwrap(), 102.0);
    assert_eq!(call_on(&new, second, 0, 0.0).unwrap(), 103.0);
    assert!(call_on(&new, gone, 0, 0.0).is_err());
    assert_eq!(new.live_instances(), 2);
    assert_eq!(call_on(&old, first, 0, 0.0).unwrap(), 2.0);
}

#[test]
fn cycles_and_shared_tables_stay_what_they_are() {
    let old = open(
        "local shared = { name = 'shared' }
         function new()
           local self = { one = shared, two = shared, [true] = 1.5, list = { 1, 2, 3 } }
           self.me = self
           shared.back = self
           return self
         end
         functions[0] = function() end",
    );
    let new = reload(
        &old,
        "functions[0] = function(self, a, o)
           assert(self.me == self and self.one == self.two and self.one.back == self)
           assert(self.one.name == 'shared' and self[true] == 1.5 and #self.list == 3)
           set(o, 1)
         end",
    );
    assert_eq!(call(&new, 0, 0.0).unwrap(), 1.0);
}

#[test]
fn what_two_instances_share_they_share_afterwards() {
    let source = with_doubles(
        "local world = polyplug.keep('world', { count = 0 })
         function new() return { world = world } end
         functions[0] = function(self, a, o) self.world.count = self.world.count + get(a) set(o, world.count) end",
    );
    let old = open(&source);
    let (first, second) = (create(&old), create(&old));
    call_on(&old, first, 0, 5.0).unwrap();
    let new = open(&source);
    hand_over(&old, &new).unwrap();
    assert_eq!(call_on(&new, first, 0, 1.0).unwrap(), 6.0);
    assert_eq!(call_on(&new, second, 0, 1.0).unwrap(), 7.0);
}

#[test]
fn functions_and_objects_with_metatables_are_the_new_ones() {
    let old = open(
        "local Point = {}
         Point.__index = Point
         function new()
           return { greet = function() return 'old' end, at = setmetatable({ x = 3 }, Point), gone = setmetatable({ x = 1 }, Point) }
         end
         functions[0] = function() end",
    );
    let new = reload(
        &old,
        "local Point = { double = function(self) return self.x * 2 end }
         Point.__index = Point
         function new() return { greet = function() return 'new' end, at = setmetatable({ x = 0 }, Point) } end
         functions[0] = function(self, a, o)
           assert(self.greet() == 'new' and self.gone == nil)
           set(o, self.at:double())
         end",
    );
    assert_eq!(call(&new, 0, 0.0).unwrap(), 6.0);
}

#[test]
fn save_and_restore_are_asked_where_they_are() {
    let old = open(&with_doubles(
        "function new()
           local self = { hidden = 1, secret = 42 }
           function self:save() return { secret = self.secret, tagged = setmetatable({ 7 }, {}) } end
           return self
         end
         functions[0] = function() end",
    ));
    let instance = create(&old);
    let new = reload(
        &old,
        "function new()
           local self = {}
           function self:restore(state, from)
             assert(from == '1.0.0' and state.tagged[1] == 7 and state.hidden == nil)
             self.value = state.secret
           end
           return self
         end
         functions[0] = function(self, a, o) assert(self.hidden == nil) set(o, self.value) end",
    );
    assert_eq!(call_on(&new, instance, 0, 0.0).unwrap(), 42.0);
    assert_eq!(call(&new, 0, 0.0).unwrap(), 42.0);
}

#[test]
fn a_class_may_have_save_and_restore() {
    let source = with_doubles(
        "local Class = {}
         Class.__index = Class
         function Class:save() return self.sum end
         function Class:restore(sum) self.sum = sum + 1000 end
         function new() return setmetatable({ sum = 0 }, Class) end
         functions[0] = function(self, a, o) self.sum = self.sum + get(a) set(o, self.sum) end",
    );
    let old = open(&source);
    call(&old, 0, 5.0).unwrap();
    let new = open(&source);
    hand_over(&old, &new).unwrap();
    assert_eq!(call(&new, 0, 1.0).unwrap(), 1006.0);
}

#[test]
fn without_restore_the_saved_fields_are_copied() {
    let old = open("function new() return { save = function() return { a = 5 } end } end");
    let new = reload(&old, "functions[0] = function(self, x, o) set(o, self.a) end");
    assert_eq!(call(&new, 0, 0.0).unwrap(), 5.0);
}

#[test]
fn a_failing_step_fails_the_whole_and_leaves_the_old_version_alone() {
    let old = open(&with_doubles(COUNTER));
    let instance = create(&old);
    call_on(&old, instance, 0, 5.0).unwrap();
    let saving = open(&with_doubles(
        "local made = 0
         function new() made = made + 1 return { save = function() return {} end, restore = function() error('too old') end } end
         functions[0] = function() end",
    ));
    let error = hand_over(
        &saving,
        &open("function new() return { restore = function() error('too old') end } end"),
    );
    let message = error.unwrap_err().message;
    assert!(message.contains("too old") && message.contains("bundle/main.lua:2"), "{message}");
    let failing_factory = open(
        "local made = 0
         function new() made = made + 1 if made > 1 then error('only one') end return {} end",
    );
    assert!(hand_over(&old, &failing_factory).unwrap_err().message.contains("only one"));
    let failing_save = open("function new() return { save = function() error('cannot') end } end");
    assert!(hand_over(&failing_save, &open("")).unwrap_err().message.contains("cannot"));
    assert_eq!(call_on(&old, instance, 0, 1.0).unwrap(), 6.0);
    assert_eq!(old.live_instances(), 1);
}

#[test]
fn steps_are_under_the_time_limit() {
    let body = "function new() return { save = function() while true do end end } end";
    let old = Bundle::of(&[("main.lua", &contract(body))]).call_time(30).open();
    let error = hand_over(&old, &open("")).unwrap_err();
    assert_eq!(error.code, polyplug_abi::AbiErrorCode::TimedOut as u32);
    assert_eq!(error.aftermath, polyplug::guest::Aftermath::None);
}

#[test]
fn kept_tables_are_carried_also_when_nobody_asks_for_a_while() {
    let old = open("local t = polyplug.keep('scores', { ada = 1 }) t.bob = 2 t.nested = { t }");
    let silent = reload(&old, "functions[0] = function() end");
    let new = reload(
        &silent,
        "functions[0] = function(self, a, o)
           local t = polyplug.keep('scores', { ada = 9, eve = 3 })
           assert(t.ada == 1 and t.bob == 2 and t.eve == 3 and t.nested[1] == t)
           assert(polyplug.keep('scores') == t)
           set(o, 1)
         end",
    );
    assert_eq!(call(&new, 0, 0.0).unwrap(), 1.0);
}

#[test]
fn very_deep_and_wide_data_is_carried() {
    let old = open(
        "function new()
           local self = { wide = {} }
           for i = 1, 20000 do self.wide[i] = 'text ' .. i end
           local node = self
           for i = 1, 50000 do node.next = { depth = i } node = node.next end
           return self
         end",
    );
    let new = reload(
        &old,
        "functions[0] = function(self, a, o)
           local node, depth = self, 0
           while node.next do node, depth = node.next, depth + 1 end
           assert(node.depth == depth and self.wide[20000] == 'text 20000')
           set(o, depth)
         end",
    );
    assert_eq!(call(&new, 0, 0.0).unwrap(), 50_000.0);
}

#[test]
fn objects_that_are_no_tables_start_afresh() {
    let source = with_doubles(
        "function new() return ffi.new('double[1]') end
         functions[0] = function(self, a, o) self[0] = self[0] + get(a) set(o, self[0]) end",
    );
    let old = open(&source);
    let instance = create(&old);
    call_on(&old, instance, 0, 5.0).unwrap();
    let new = open(&source);
    assert_eq!(hand_over(&old, &new).unwrap(), HandedOver { kept: 0, reset: 1 });
    assert_eq!(call_on(&new, instance, 0, 1.0).unwrap(), 1.0);
}

#[test]
fn instances_of_a_contract_that_is_gone_are_stale() {
    let old = open("functions[0] = function() end");
    let instance = create(&old);
    let source = "function polyplug_init() return { ['other.one'] = { factory = function() return {} end, functions = { [0] = print } } }, {} end";
    let new = Bundle::of(&[("main.lua", source)]).open();
    hand_over(&old, &new).unwrap();
    assert_eq!(new.live_instances(), 0);
    assert!(call_on(&new, instance, 0, 0.0).is_err());
}

#[test]
fn state_can_be_handed_over_twice() {
    let source = with_doubles(
        "local kept = polyplug.keep('kept', { start = 1 })
         function new() return { sum = 0 } end
         functions[0] = function(self, a, o)
           self.sum = self.sum + get(a)
           self['field' .. self.sum] = true
           kept['field' .. self.sum] = true
           set(o, self.sum)
         end
         functions[1] = function(self, a, o)
           assert(kept.start == 1)
           kept.start, self.sum = nil, nil
           local count = 0
           for _ in pairs(self) do count = count + 1 end
           for _ in pairs(kept) do count = count + 1 end
           set(o, count)
         end
         functions[2] = function(self) for name in pairs(self) do self[name] = nil end self.sum = 7 end",
    );
    let old = open(&source);
    let instance = create(&old);
    call_on(&old, instance, 0, 5.0).unwrap();
    let new = open(&source);
    hand_over(&old, &new).unwrap();
    call_on(&old, instance, 2, 0.0).unwrap();
    let second = create(&old);
    hand_over(&old, &new).unwrap();
    assert_eq!(new.live_instances(), 2);
    assert_eq!(call_on(&new, instance, 1, 0.0).unwrap(), 1.0);
    call_on(&new, second, 0, 1.0).unwrap();
}
