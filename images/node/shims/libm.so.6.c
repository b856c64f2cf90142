// version: GLIBC_2.1 lround
// version: GLIBC_2.29 log pow
// tc and the statistic match of iptables ask the mathematics library (1 MB) for these functions only.

double log(double x);
double log(double x)
{
	double result;

	__asm__("fldln2\n\tfxch\n\tfyl2x" : "=t"(result) : "0"(x) : "st(1)");
	return result;
}

double pow(double base, double exponent);
double pow(double base, double exponent)
{
	double power, whole, result;

	if (base == 0 || exponent == 0)
		return exponent == 0;
	__asm__("fyl2x" : "=t"(power) : "0"(base), "u"(exponent) : "st(1)");
	__asm__("frndint" : "=t"(whole) : "0"(power));
	__asm__("f2xm1" : "=t"(result) : "0"(power - whole));
	__asm__("fscale" : "=t"(result) : "0"(result + 1), "u"(whole));
	return result;
}

long lround(double x);
long lround(double x)
{
	return (long)(x < 0 ? x - 0.5 : x + 0.5);
}
