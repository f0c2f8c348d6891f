#include "cmemory.h"
#include <features.h>
#include <sqlite3.h>

void cmemory_unlock_sqlite(void) {
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
}

#ifdef __GLIBC__
#include <malloc.h>
void cmemory_use_few_arenas(void) { mallopt(M_ARENA_MAX, 3); }
void cmemory_trim(void) { malloc_trim(0); }
#else
void cmemory_use_few_arenas(void) {}
void cmemory_trim(void) {}
#endif
