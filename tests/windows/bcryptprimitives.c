// Wine 8 has no bcryptprimitives.dll, which Rust's standard library takes random numbers from. `run` puts
// this in its place, for tests only.
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID place, ULONG length); // RtlGenRandom, of advapi32

__declspec(dllexport) BOOL ProcessPrng(PBYTE place, SIZE_T length) {
    while (length != 0) {
        ULONG part = length < 65536 ? (ULONG)length : 65536;
        if (!SystemFunction036(place, part)) {
            return FALSE;
        }
        place += part;
        length -= part;
    }
    return TRUE;
}
