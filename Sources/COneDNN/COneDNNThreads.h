#ifndef CONEDNN_THREADS_H
#define CONEDNN_THREADS_H

/// Makes oneDNN compute on the calling thread alone, and returns what `onednn_threads_restore` needs.
int onednn_threads_limit(void);

/// Gives the calling thread back the OpenMP setting it had before `onednn_threads_limit`.
void onednn_threads_restore(int previous);

#endif
