#ifndef CSIMULATION_H
#define CSIMULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Runs Swift concurrency on one thread, in an order that a seed decides.
///
/// The runtime offers a hook for every job that would go to its pool of threads. On a thread that has
/// begun a simulation the job is kept in a queue of that thread instead; everywhere else nothing
/// changes. Several threads may simulate at a time: each has its own queue.

/// Begins a simulation on this thread. False when there is one already.
bool csim_begin(uint64_t seed);

/// Runs jobs, each drawn at random, until none is left. Returns how many ran.
size_t csim_drain(void);

/// Ends the simulation of this thread. Returns how many jobs were left behind.
size_t csim_end(void);

#endif
