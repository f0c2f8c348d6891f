#ifndef CMEMORY_H
#define CMEMORY_H

/* The allocator's knobs that Swift's Glibc module leaves out. */

/* One arena for all threads, instead of eight for each core: a dashboard waits far more than it
 * allocates, and every arena keeps what its threads once needed. Call it before the first thread. */
void cmemory_use_one_arena(void);

/* Free memory goes back to the system. */
void cmemory_trim(void);

#endif
