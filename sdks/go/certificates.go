package sdk

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
)

// certificates reads the files that Gaia names: the server shows its own, and talks to nobody but a host with one of
// the same authority.
func certificates() (*tls.Config, error) {
	paths := map[string]string{}
	for _, variable := range []string{certVariable, keyVariable, caVariable} {
		paths[variable] = os.Getenv(variable)
		if paths[variable] == "" {
			return nil, fmt.Errorf("%s is not set: Gaia names a file in it when it starts the program", variable)
		}
	}
	// Else a program that a job starts would serve as well, with certificates that are not its own.
	for variable := range paths {
		os.Unsetenv(variable)
	}
	own, err := tls.LoadX509KeyPair(paths[certVariable], paths[keyVariable])
	if err != nil {
		return nil, fmt.Errorf("certificate of %s, key of %s: %w", certVariable, keyVariable, err)
	}
	pem, err := os.ReadFile(paths[caVariable])
	if err != nil {
		return nil, fmt.Errorf("authority of %s: %w", caVariable, err)
	}
	authority := x509.NewCertPool()
	if !authority.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("authority of %s: there is no certificate in %s", caVariable, paths[caVariable])
	}
	return &tls.Config{
		Certificates: []tls.Certificate{own},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    authority,
		MinVersion:   tls.VersionTLS12,
	}, nil
}
