#include "cmemory.h"
#include <features.h>

#ifdef __GLIBC__
#include <malloc.h>
void cmemory_use_one_arena(void) { mallopt(M_ARENA_MAX, 1); }
void cmemory_trim(void) { malloc_trim(0); }
#else
void cmemory_use_one_arena(void) {}
void cmemory_trim(void) {}
#endif
