#ifndef CMEMORY_H
#define CMEMORY_H

/* The knobs of memory that Swift cannot reach: the allocator's and SQLite's. */

/* Three arenas for all threads, instead of eight for each core: a dashboard waits far more than it
 * allocates, and every arena keeps what its threads once needed. With a single one, two ledgers that
 * are read side by side took a quarter longer. Call it before the first thread. */
void cmemory_use_few_arenas(void);

/* SQLite without locks that nobody needs. Its account of memory, which nobody reads, stands under one
 * lock for the whole process: two ledgers read side by side spent a third of their time waiting for it.
 * Nor does a connection need a lock of its own: GRDB queues its calls, and the pool of the ODBC adapter
 * lends a connection to one call at a time; other threads only interrupt. Call it before SQLite's first
 * use; later it does nothing. */
void cmemory_unlock_sqlite(void);

/* Free memory goes back to the system. */
void cmemory_trim(void);

#endif
