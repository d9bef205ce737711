/* Go asks bcryptprimitives.dll for random bytes, which Wine has from 9.0 on. In an
   older one's prefix this stands for it: the tests of Windows run under Wine. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T n)
{
	return RtlGenRandom(data, (ULONG)n);
}
