// The program has functions of its own that are called like Lua's. Linked with the static library,
// neither side may get those of the other.

#include <stdlib.h>

#define OURS(name)                                                                                 \
    void name(void);                                                                               \
    void name(void) { abort(); }

OURS(lua_newstate)
OURS(lua_close)
OURS(lua_pcall)
OURS(lua_gettop)
OURS(luaL_newstate)
OURS(luaL_openlibs)
OURS(luaL_loadbufferx)
OURS(lj_vm_call)
OURS(rust_eh_personality)
