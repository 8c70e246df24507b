/*
 * The milter callbacks. They only translate: libmilter's calls become a collected mail (mail.h), and that mail's
 * judgement (judgement.h) becomes an answer.
 *
 * Threads. libmilter (built as Debian does) runs a pool of threads: each callback may come in another one, and an idle
 * connection has none. So nothing here belongs to a thread. What belongs to a connection is in struct session, which
 * only one thread touches at a time; what is shared is the current generation (generation.h, immutable) and the count
 * of mails at end of message, below.
 */
#ifndef SKS_PLUGIN_SESSION_H
#define SKS_PLUGIN_SESSION_H

/* Tells libmilter of the callbacks. Returns SKS_OK or SKS_ERROR_IO. */
int sks_session_register(void);

/*
 * From now on every mail that has not reached its end is refused for now (451), so that the MTA's client tries again.
 * Returns when the mails at end of message are done and their answers are on the way; they are bounded by the pool's
 * queueing time and deadline.
 */
void sks_session_drain(void);

#endif
