// version: OPENSSL_3.0.0
// tcpdump's decryption of IPsec and its check of TCP MD5 signatures are left out: asking for them stops the program.
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static const char message[] = "this node has no cryptographic library: -E and -M are not available\n";

static void stop(void)
{
	if (write(2, message, sizeof(message) - 1) < 0)
		exit(2);
	exit(1);
}

#define STOP(name)                                                                                 \
	void *name(void);                                                                          \
	void *name(void)                                                                           \
	{                                                                                          \
		stop();                                                                            \
		return NULL;                                                                       \
	}

#define FINE(name)                                                                                 \
	int name(void);                                                                            \
	int name(void)                                                                             \
	{                                                                                          \
		return 1;                                                                          \
	}

FINE(OPENSSL_init_crypto)
FINE(OBJ_NAME_add)
STOP(EVP_get_cipherbyname)
STOP(EVP_CIPHER_CTX_free)
STOP(EVP_CIPHER_CTX_get_block_size)
STOP(EVP_CIPHER_CTX_new)
STOP(EVP_CIPHER_CTX_set_padding)
STOP(EVP_CIPHER_get_iv_length)
STOP(EVP_DecryptInit_ex)
STOP(EVP_DecryptUpdate)
STOP(MD5_Init)
STOP(MD5_Update)
STOP(MD5_Final)

const char *OpenSSL_version(int type);
const char *OpenSSL_version(int type)
{
	(void)type;
	return "no cryptographic library";
}
