/*
 * Private: what documents of any format say of their making: author, language, fonts, programs, times. Each function
 * reports the trait itself where it is worth knowing, and whether it is foreign to a Japanese document.
 */
#ifndef SKS_ATTACHMENT_DOCUMENT_H
#define SKS_ATTACHMENT_DOCUMENT_H

#include "attachment/file.h"

/* Loads the lists that this needs. */
void sks_document_prepare(void);

void sks_document_author(struct sks_file *file, const char *name);
void sks_document_company(struct sks_file *file, const char *name);
void sks_document_application(struct sks_file *file, const char *name);
void sks_document_time(struct sks_file *file, const char *id, const char *text);

/* A language tag ("zh-CN"), a Windows language identifier, a code page. */
void sks_document_language(struct sks_file *file, const char *tag);
void sks_document_language_id(struct sks_file *file, unsigned id);
void sks_document_codepage(struct sks_file *file, unsigned codepage);
void sks_document_font(struct sks_file *file, const char *name);

/* A target outside the document that is loaded or followed when it is opened. */
bool sks_document_target_is_remote(const char *target);

/* A field's instruction or a formula: DDE? INCLUDETEXT and the like from elsewhere? */
void sks_document_field(struct sks_file *file, const char *instruction);

#endif
