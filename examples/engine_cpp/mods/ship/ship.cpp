// The physics of the ship: demo.ship@1. Change the gravity while the engine runs, and build it
// again.

#include <polyplug/plugin.hpp>

namespace {

constexpr float gravity = 9.81F;

struct Motion {
    float height;
    float speed;
};

// In memory of the host: a new build flies on with it.
class Ship {
  public:
    static constexpr std::uint32_t state_version = 1;

    // 0: step(thrust: f32, seconds: f32) -> { height: f32, speed: f32 }
    Motion step(float thrust, float seconds) {
        motion_.speed += (thrust - gravity) * seconds;
        motion_.height += motion_.speed * seconds;
        if (motion_.height < 0) {
            motion_ = Motion{0, 0}; // the ground
        }
        return motion_;
    }

  private:
    Motion motion_{0, 0};
};

void start(polyplug::Bundle &bundle) { bundle.provide<Ship, &Ship::step>("demo.ship@1"); }

} // namespace

POLYPLUG_PLUGIN(start);
