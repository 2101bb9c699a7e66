# A local stand-in for the public Java images: Debian by debootstrap and this machine's JDK. Its context is the JDK's folder.
FROM sallyport-local/debian
COPY . /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
